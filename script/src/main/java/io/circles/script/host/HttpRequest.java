package io.circles.script.host;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a script asks to have sent. Immutable, if nobody writes to the body's array, which is not
/// copied; two requests are equal only if they share it.
///
/// @param method GET, HEAD, POST, PUT, PATCH or DELETE, kept in upper case
/// @param url absolute, http or https
/// @param headers in the order in which they are sent
/// @param body null for none; GET and HEAD have none
@SuppressWarnings("ArrayRecordComponent") // bodies are big and are compared by nobody
public record HttpRequest(
        String method, String url, List<HttpHeader> headers, byte @Nullable [] body) {
    private static final Set<String> WITHOUT_BODY = Set.of("GET", "HEAD");
    private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH", "DELETE");
    private static final int MOST_HEADERS = 100;
    private static final int MOST_HEADER_CHARACTERS = 64 * 1024;

    /// @throws HttpFetchException when it cannot be sent: an unknown method, a body where there can
    ///     be none, a header that scripts do not set or that has forbidden characters
    public HttpRequest {
        method = method.toUpperCase(Locale.ROOT);
        headers = List.copyOf(headers);
        checkMethod(method, body);
        checkHeaders(headers);
    }

    private static void checkMethod(String method, byte @Nullable [] body) {
        if (!WITHOUT_BODY.contains(method) && !WITH_BODY.contains(method)) {
            throw new HttpFetchException(
                    "the method of a request is GET, HEAD, POST, PUT, PATCH or DELETE");
        }
        if (body != null && WITHOUT_BODY.contains(method)) {
            throw new HttpFetchException("a %s request has no body".formatted(method));
        }
    }

    private static void checkHeaders(List<HttpHeader> headers) {
        headers.forEach(HttpHeader::checkSendable);
        int characters =
                headers.stream().mapToInt(h -> h.name().length() + h.value().length()).sum();
        if (headers.size() > MOST_HEADERS || characters > MOST_HEADER_CHARACTERS) {
            throw new HttpFetchException(
                    "a request has at most %d headers with %d characters together"
                            .formatted(MOST_HEADERS, MOST_HEADER_CHARACTERS));
        }
    }

    /// The URL's path and query stay out: they may be secret.
    @Override
    public String toString() {
        return "HttpRequest[" + method + "]";
    }
}
