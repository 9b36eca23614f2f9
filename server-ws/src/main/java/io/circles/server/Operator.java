package io.circles.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.circles.protocol.Json;
import io.circles.server.metrics.Metrics;
import io.circles.server.session.Origin;
import io.circles.server.transport.Route;
import io.circles.server.transport.RoutePath;
import io.circles.server.transport.RouteResponse;
import io.circles.server.transport.RoutesInFlight;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Where the operator looks: no circle's, and reached from this machine only.
///
/// @param origins the names of the loopback address, so that no page comes in under another
record Operator(InetSocketAddress address, Origins origins, HttpRoutes routes) {
    /// A few programs look at it now and then.
    private static final int AT_ONCE = 16;

    /// How the host is.
    ///
    /// @param ready whether scripts can run
    /// @param circles how many are served
    record Health(boolean ready, int circles) {
        RouteResponse response() {
            String status = ready ? "ok" : "no worker";
            return RouteResponse.json(
                    ready ? 200 : 503, Json.object().put("status", status).put("circles", circles));
        }
    }

    /// How the host is, asked each time.
    @FunctionalInterface
    interface Doctor {
        Health health() throws InterruptedException;
    }

    static Operator at(InetSocketAddress address, Metrics metrics, Doctor doctor) {
        int port = address.getPort();
        List<Origin> names =
                List.of(
                        Origin.ws(address.getAddress().getHostAddress(), port),
                        Origin.ws("localhost", port));
        List<Route> routes =
                List.of(
                        Route.get(RoutePath.of("metrics"), _ -> numbers(metrics)),
                        Route.get(RoutePath.of("health"), _ -> doctor.health().response()));
        return new Operator(
                address,
                new Origins(names, List.of()),
                new HttpRoutes(
                        Stream.of(),
                        routes,
                        new RoutesInFlight(AT_ONCE),
                        new RoutesInFlight(AT_ONCE)));
    }

    private static RouteResponse numbers(Metrics metrics) {
        return new RouteResponse(200, Metrics.TYPE, Map.of(), metrics.text().getBytes(UTF_8));
    }
}
