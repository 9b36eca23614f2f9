package io.circles.script.host;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One request of a chain of redirects: what is sent, and where. Immutable as [HttpRequest] is.
@SuppressWarnings("ArrayRecordComponent") // as in HttpRequest
record Hop(String method, Target target, List<HttpHeader> headers, byte @Nullable [] body) {
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> MOVED = Set.of(301, 302);
    private static final int SEE_OTHER = 303;
    private static final Set<String> SAFE = Set.of("GET", "HEAD");
    private static final Set<String> OF_THE_BODY =
            Set.of("content-encoding", "content-language", "content-location", "content-type");
    private static final Set<String> SECRET = Set.of("authorization", "cookie", "cookie2");

    /// @throws HttpFetchException when the URL is none that a request can be sent to
    static Hop first(HttpRequest request) {
        return new Hop(
                request.method(), Target.parse(request.url()), request.headers(), request.body());
    }

    /// Where an answer redirects to; empty when it does not. An answer without `Location` is one
    /// like any other.
    static Optional<String> redirect(int status, List<HttpHeader> headers) {
        return REDIRECTS.contains(status)
                ? headers.stream()
                        .filter(header -> header.is("location"))
                        .findFirst()
                        .map(HttpHeader::value)
                : Optional.empty();
    }

    /// What to send next (Fetch standard, HTTP-redirect fetch): a POST becomes a GET where browsers
    /// always made it one, and what proves the caller's identity goes to no other origin.
    Optional<Hop> after(HttpAnswer answer) {
        return redirect(answer.status(), answer.headers())
                .map(location -> to(target.resolve(location), answer.status()));
    }

    private Hop to(Target next, int status) {
        boolean toGet =
                status == SEE_OTHER
                        ? !SAFE.contains(method)
                        : MOVED.contains(status) && method.equals("POST");
        Predicate<HttpHeader> kept =
                header ->
                        !(toGet && OF_THE_BODY.contains(header.lowerCaseName()))
                                && (target.sameOrigin(next)
                                        || !SECRET.contains(header.lowerCaseName()));
        return new Hop(
                toGet ? "GET" : method,
                next,
                headers.stream().filter(kept).toList(),
                toGet ? null : body);
    }
}
