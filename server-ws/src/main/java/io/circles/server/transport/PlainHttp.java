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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers the requests that want no WebSocket, as the [Admission] says: refusals at once, routes
/// on a thread of their own. Thread-safe.
final class PlainHttp {
    private static final Logger LOG = LoggerFactory.getLogger(PlainHttp.class);

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
                Optional<Interruptible> work = routed.inFlight().enter();
                if (work.isEmpty()) {
                    refuse(http, Refused.FULL);
                } else {
                    Runnable answer = () -> answer(http, routed, work.get());
                    http.future(() -> CompletableFuture.runAsync(answer, threads));
                }
            }
        }
    }

    private static void refuse(Context http, Refused refused) {
        RouteResponse response = RouteResponse.error(refused.status(), refused.reason().strip());
        refused.headers().forEach(http::header);
        describe(http.res(), response);
        http.result(response.body());
    }

    private void answer(Context http, Routed routed, Interruptible work) {
        try {
            RouteResponse response = respond(http.req(), routed, work);
            write(http.res(), response);
        } finally {
            routed.inFlight().leave(work);
        }
    }

    private RouteResponse respond(HttpServletRequest http, Routed routed, Interruptible work) {
        work.begin();
        try {
            return respond(http, routed.route(), request(http, routed), work);
        } catch (InterruptedException e) {
            return RouteResponse.error(503, Refused.STOPPING.reason().strip());
        } catch (Throwable e) {
            // an Error too: whatever is wrong here, the client is waiting
            return internal(routed.route(), e);
        } finally {
            work.end();
        }
    }

    private RouteResponse respond(
            HttpServletRequest http, Route route, RouteRequest head, Interruptible work)
            throws InterruptedException {
        Optional<RouteResponse> refusal =
                route.guard()
                        .refuse(head)
                        .or(() -> route.body().flatMap(rule -> BodyReader.refusal(http, rule)));
        if (refusal.isPresent()) {
            return refusal.get();
        }
        if (route.body().isEmpty()) {
            return route.handler().answer(head);
        }
        BodyReader.Outcome body = bodies.read(http, route.body().get());
        // reading has taken an interruption with it that was meant for all of the work
        work.begin();
        return switch (body) {
            case BodyReader.Unfit unfit -> unfit.answer();
            case BodyReader.Whole whole -> route.handler().answer(head.withBody(whole.bytes()));
        };
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
    private static void write(HttpServletResponse http, RouteResponse response) {
        try {
            describe(http, response);
            http.setContentLength(response.body().length);
            try (OutputStream out = http.getOutputStream()) {
                out.write(response.body());
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("a client did not wait for its answer");
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
