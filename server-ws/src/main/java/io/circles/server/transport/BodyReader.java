package io.circles.server.transport;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Reads bodies of requests: what a route takes and no more of it, and not for ever.
///
/// @param timer only ends what takes too long
record BodyReader(ScheduledExecutorService timer) {

    /// What came of it.
    sealed interface Outcome {}

    /// It was read to its end.
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Whole(byte[] bytes) implements Outcome {}

    /// It is not what the route takes.
    ///
    /// @param answer what the client is told
    record Unfit(RouteResponse answer) implements Outcome {}

    /// Says from the head of a request what is wrong with its body, if that shows already.
    static Optional<RouteResponse> refusal(HttpServletRequest request, Route.Body rule) {
        if (!isOfType(request.getContentType(), rule.type())) {
            return Optional.of(RouteResponse.error(415, "the content type must be " + rule.type()));
        }
        return request.getContentLengthLong() > rule.most()
                ? Optional.of(tooBig(rule))
                : Optional.empty();
    }

    private static boolean isOfType(@Nullable String header, String type) {
        return type.equals(Route.Body.ANY)
                || (header != null
                        && header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(type));
    }

    private static RouteResponse tooBig(Route.Body rule) {
        return RouteResponse.error(413, "the body has " + rule.most() + " bytes at most");
    }

    /// Reads it. Blocks for as long as the rule has patience.
    Outcome read(HttpServletRequest request, Route.Body rule) {
        Interruptible reading = new Interruptible();
        reading.begin();
        ScheduledFuture<?> deadline =
                timer.schedule(
                        reading::interrupt, rule.patience().toMillis(), TimeUnit.MILLISECONDS);
        try {
            return read(request.getInputStream(), rule);
        } catch (IOException | RuntimeException e) {
            // the network library has both for bodies that are no HTTP
            return new Unfit(
                    reading.isInterrupted()
                            ? RouteResponse.error(408, "the body did not come in time")
                            : RouteResponse.error(400, "the body did not come to its end"));
        } finally {
            deadline.cancel(false);
            reading.end();
        }
    }

    private static Outcome read(InputStream in, Route.Body rule) throws IOException {
        byte[] bytes = in.readNBytes(Math.toIntExact(rule.most()) + 1);
        return bytes.length > rule.most() ? new Unfit(tooBig(rule)) : new Whole(bytes);
    }
}
