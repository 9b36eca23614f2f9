package io.circles.script.host;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/// A fetcher with names of its own, and the usual arguments.
final class Fetching implements AutoCloseable {
    private final AtomicInteger lookUps = new AtomicInteger();
    private final AtomicInteger announced = new AtomicInteger();
    private final HttpFetcher fetcher;
    private HttpBudget budget = new HttpBudget(100, 1_000_000);
    private Duration time = Duration.ofSeconds(20);

    Fetching(NameService names, TrustManager... trust) {
        this.fetcher =
                new HttpFetcher(
                        host -> {
                            lookUps.incrementAndGet();
                            return names.lookUp(host);
                        },
                        trust);
    }

    /// Knows `localhost` only.
    static Fetching locally() {
        return new Fetching(host -> addresses("127.0.0.1"));
    }

    static InetAddress[] addresses(String... literals) {
        return List.of(literals).stream().map(InetAddress::ofLiteral).toArray(InetAddress[]::new);
    }

    Fetching with(HttpBudget other) {
        this.budget = other;
        return this;
    }

    Fetching within(Duration other) {
        this.time = other;
        return this;
    }

    HttpAnswer get(RawServer server) {
        return get(server.url(), "127.0.0.1:" + server.port());
    }

    HttpAnswer get(String url, String... allowed) {
        return send("GET", url, List.of(), null, allowed);
    }

    HttpAnswer send(
            String method,
            String url,
            List<HttpHeader> headers,
            byte @Nullable [] body,
            String... allowed) {
        return fetcher.fetch(
                new HttpRequest(method, url, headers, body),
                new HttpPolicy(
                        AllowList.of(List.of(allowed)),
                        System.nanoTime() + time.toNanos(),
                        announced::incrementAndGet),
                budget);
    }

    /// Why the request fails, as the script is told.
    String failure(RawServer server) {
        return failure(server.url(), "127.0.0.1:" + server.port());
    }

    String failure(String url, String... allowed) {
        return catchThrowableOfType(HttpFetchException.class, () -> get(url, allowed)).getMessage();
    }

    int lookUps() {
        return lookUps.get();
    }

    /// How often it was said that something is about to be sent.
    int announced() {
        return announced.get();
    }

    HttpFetcher fetcher() {
        return fetcher;
    }

    @Override
    public void close() {
        fetcher.close();
    }
}
