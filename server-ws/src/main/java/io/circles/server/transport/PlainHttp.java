package io.circles.server.transport;

import io.circles.server.transport.Admission.Refused;
import io.circles.server.transport.Admission.RequestHead;
import io.circles.server.transport.Admission.Routed;
import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers the requests that want no WebSocket, as the [Admission] says: refusals at once, routes
/// on a thread of their own. Thread-safe.
final class PlainHttp {
    private static final Logger LOG = LoggerFactory.getLogger(PlainHttp.class);

    private static final RouteResponse FULL =
            RouteResponse.error(Refused.FULL.status(), Refused.FULL.reason().strip());

    /// An answer that has no body and so no length either (RFC 9110, section 8.6).
    private static final int NOT_MODIFIED = 304;

    private final Admission admission;
    private final Executor threads;
    private final BodyReader bodies;

    PlainHttp(Admission admission, Executor threads, ScheduledExecutorService timer) {
        this.admission = admission;
        this.threads = threads;
        this.bodies = new BodyReader(timer);
    }

    /// Takes a request from a network thread; does not block.
    void take(Context http, RequestHead head) {
        switch (admission.route(http.req().getMethod(), head)) {
            case Refused refused -> refuse(http, refused);
            case Routed routed -> {
                RoutesInFlight first = reads(routed) ? routed.reading() : routed.inFlight();
                Optional<Interruptible> work = first.enter();
                if (work.isEmpty()) {
                    refuse(http, Refused.FULL);
                } else {
                    Runnable answer = () -> answer(http, routed, work.get());
                    http.future(() -> CompletableFuture.runAsync(answer, threads));
                }
            }
        }
    }

    private static boolean reads(Routed routed) {
        return routed.route().body().isPresent();
    }

    private static void refuse(Context http, Refused refused) {
        RouteResponse response = RouteResponse.error(refused.status(), refused.reason().strip());
        refused.headers().forEach(http::header);
        describe(http.res(), response);
        http.result(response.body());
    }

    /// Whoever takes long to send a body takes no place of the work.
    private void answer(Context http, Routed routed, Interruptible first) {
        if (reads(routed)) {
            Optional<byte[]> body = read(http, routed, first);
            if (body.isPresent()) {
                routed.inFlight()
                        .enter()
                        .ifPresentOrElse(
                                work -> handle(http, routed, work, body.get()),
                                () -> write(http, FULL));
            }
        } else {
            handle(http, routed, first, new byte[0]);
        }
    }

    /// @return empty when it was answered already
    private Optional<byte[]> read(Context http, Routed routed, Interruptible work) {
        try {
            BodyReader.Outcome outcome =
                    during(work, routed, () -> outcome(http.req(), routed), BodyReader.Unfit::new);
            return switch (outcome) {
                case BodyReader.Whole whole -> Optional.of(whole.bytes());
                case BodyReader.Unfit unfit -> {
                    write(http, unfit.answer());
                    yield Optional.empty();
                }
            };
        } finally {
            routed.reading().leave(work);
        }
    }

    private BodyReader.Outcome outcome(HttpServletRequest http, Routed routed) {
        Route.Body rule = routed.route().body().orElseThrow();
        return routed.route()
                .guard()
                .refuse(request(http, routed))
                .or(() -> BodyReader.refusal(http, rule))
                .<BodyReader.Outcome>map(BodyReader.Unfit::new)
                .orElseGet(() -> bodies.read(http, rule));
    }

    private static void handle(Context http, Routed routed, Interruptible work, byte[] body) {
        try {
            write(
                    http,
                    during(work, routed, () -> handled(http, routed, body), refused -> refused));
        } finally {
            routed.inFlight().leave(work);
        }
    }

    private static RouteResponse handled(Context http, Routed routed, byte[] body)
            throws InterruptedException {
        RouteRequest request = request(http.req(), routed).withBody(body);
        Route route = routed.route();
        Optional<RouteResponse> refusal =
                reads(routed) ? Optional.empty() : route.guard().refuse(request);
        return refusal.isPresent() ? refusal.get() : route.handler().answer(request);
    }

    /// A part of the work that may be interrupted.
    @FunctionalInterface
    private interface Step<T> {
        T take() throws InterruptedException;
    }

    /// @param failed what comes of it when it ends with that answer
    private static <T> T during(
            Interruptible work, Routed routed, Step<T> step, Function<RouteResponse, T> failed) {
        work.begin();
        try {
            return step.take();
        } catch (InterruptedException e) {
            return failed.apply(RouteResponse.error(503, Refused.STOPPING.reason().strip()));
        } catch (Throwable e) {
            // an Error too: whatever is wrong here, the client is waiting
            return failed.apply(internal(routed.route(), e));
        } finally {
            work.end();
        }
    }

    private static RouteRequest request(HttpServletRequest http, Routed routed) {
        Map<String, String> headers = new HashMap<>();
        for (String name : Collections.list(http.getHeaderNames())) {
            headers.put(name, String.join(", ", Collections.list(http.getHeaders(name))));
        }
        return new RouteRequest(
                http.getMethod(), routed.parameters(), headers, new byte[0], http.getRemoteAddr());
    }

    private static RouteResponse internal(Route route, Throwable problem) {
        String correlation = UUID.randomUUID().toString();
        LOG.atError()
                .addKeyValue("route", route.path())
                .addKeyValue("correlation_id", correlation)
                .setCause(problem)
                .log("a request failed");
        return RouteResponse.error(500, "internal error " + correlation);
    }

    /// Writes it out here, so that the request is in flight until its answer has left.
    private static void write(Context http, RouteResponse response) {
        try {
            boolean headOnly = "HEAD".equals(http.req().getMethod());
            write(http.res(), response, headOnly);
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("a client did not wait for its answer");
        }
    }

    private static void write(HttpServletResponse http, RouteResponse response, boolean headOnly)
            throws IOException {
        describe(http, response);
        if (response.status() == NOT_MODIFIED) {
            http.flushBuffer();
            return;
        }
        http.setContentLengthLong(
                response.file()
                        .map(RouteResponse.Content::size)
                        .orElse((long) response.body().length));
        try (OutputStream out = http.getOutputStream()) {
            if (!headOnly) {
                out.write(response.body());
                if (response.file().isPresent()) {
                    response.file().get().copy(out);
                }
            }
        }
    }

    private static void describe(HttpServletResponse http, RouteResponse response) {
        http.setStatus(response.status());
        http.setHeader("Cache-Control", "no-store");
        http.setHeader("X-Content-Type-Options", "nosniff");
        response.headers().forEach(http::setHeader);
        if (!response.type().isEmpty()) {
            http.setContentType(response.type());
        }
    }
}
