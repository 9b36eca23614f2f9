package io.circles.script.host;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.TrustManager;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;

/// One request and its answer on a connection of its own. Safe for use by several threads.
final class Exchange {
    private static final int MOST_HEADER_CHARACTERS = 64 * 1024;
    private static final int HIGHEST_STATUS = 599;
    private static final int LOWEST_STATUS = 200;
    private static final @Nullable ContentType AS_THE_HEADERS_SAY = null;

    private final TrustManager[] trust;

    Exchange(TrustManager... trust) {
        this.trust = trust.clone();
    }

    /// Sends and reads until the body's end; the body of a redirect stays unread. Blocks; when its
    /// virtual thread is interrupted, the connection is closed.
    ///
    /// @param addresses to connect to, the first that answers; no name is looked up any more
    /// @throws HttpFetchException when there is no answer, or none in HTTP
    HttpAnswer send(Hop hop, List<InetAddress> addresses, HttpBudget budget) {
        Target target = hop.target();
        CloseableHttpClient client = Connection.client(target, addresses, trust);
        try {
            HttpHost host = Connection.host(target);
            return answer(target, client.executeOpen(host, request(hop, host), null), budget);
        } catch (IOException e) {
            throw NetworkFailure.describe(target, e);
        } finally {
            // at once: closing politely would first read the rest of the body
            client.close(CloseMode.IMMEDIATE);
        }
    }

    private static ClassicHttpRequest request(Hop hop, HttpHost host) {
        var request = new BasicClassicHttpRequest(hop.method(), host, hop.target().path());
        hop.headers().forEach(header -> request.addHeader(header.name(), header.value()));
        request.addHeader("Accept-Encoding", "gzip");
        request.addHeader("Connection", "close");
        if (hop.body() != null) {
            request.setEntity(new ByteArrayEntity(hop.body(), AS_THE_HEADERS_SAY));
        }
        return request;
    }

    private static HttpAnswer answer(Target target, ClassicHttpResponse response, HttpBudget budget)
            throws IOException {
        int status = response.getCode();
        if (status < LOWEST_STATUS || status > HIGHEST_STATUS) {
            throw new HttpFetchException(target.name() + " does not speak HTTP as it should");
        }
        List<HttpHeader> headers = headers(target, response);
        @Nullable HttpEntity entity = response.getEntity();
        boolean unread = entity == null || Hop.redirect(status, headers).isPresent();
        byte[] body = unread ? new byte[0] : body(entity, headers, budget);
        String text = response.getReasonPhrase();
        return new HttpAnswer(status, text == null ? "" : text, target.url(), headers, body, false);
    }

    private static List<HttpHeader> headers(Target target, ClassicHttpResponse response) {
        List<HttpHeader> headers =
                Arrays.stream(response.getHeaders())
                        .map(
                                h ->
                                        new HttpHeader(
                                                h.getName(),
                                                h.getValue() == null ? "" : h.getValue()))
                        .toList();
        if (headers.stream().mapToInt(h -> h.name().length() + h.value().length()).sum()
                > MOST_HEADER_CHARACTERS) {
            throw NetworkFailure.headersTooBig(target);
        }
        return headers;
    }

    private static byte[] body(HttpEntity entity, List<HttpHeader> headers, HttpBudget budget)
            throws IOException {
        return new BodyReader(budget).read(entity.getContent(), BodyReader.isPacked(headers));
    }
}
