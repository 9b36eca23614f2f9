package io.circles.server;

import io.circles.server.transport.Admission.Destination;
import io.circles.server.transport.Admission.Refused;
import io.circles.server.transport.Admission.Routed;
import io.circles.server.transport.Route;
import io.circles.server.transport.RoutePath;
import io.circles.server.transport.RouteResponse;
import io.circles.server.transport.RoutesInFlight;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a circle answers over plain HTTP. Thread-safe.
///
/// `HEAD` is answered as `GET` is, `OPTIONS` with the methods that there are. No answer has headers
/// for pages of other origins: those are refused before they get here.
final class HttpRoutes {
    private final List<Route> routes;
    private final RoutesInFlight reading;
    private final RoutesInFlight inFlight;

    /// @param sockets the paths of WebSockets, which tell whoever asks plainly
    /// @param reading the requests of which bodies are being read
    /// @param inFlight the requests that are being answered
    HttpRoutes(
            Stream<String> sockets,
            List<Route> routes,
            RoutesInFlight reading,
            RoutesInFlight inFlight) {
        this(sockets, routes, List.of(), reading, inFlight);
    }

    /// @param last routes that take what is at no other's path
    HttpRoutes(
            Stream<String> sockets,
            List<Route> routes,
            List<Route> last,
            RoutesInFlight reading,
            RoutesInFlight inFlight) {
        Stream<Route> plain =
                sockets.map(path -> Route.get(RoutePath.of(path), _ -> needsUpgrade()));
        this.routes =
                Stream.of(plain, routes.stream(), last.stream()).flatMap(each -> each).toList();
        this.reading = reading;
        this.inFlight = inFlight;
    }

    private static RouteResponse needsUpgrade() {
        return RouteResponse.text(426, "This is a circle. Connect with a WebSocket.\n")
                .with("Upgrade", "websocket")
                .with("Connection", "Upgrade");
    }

    /// One route of a path, and what the path says for its parameters.
    private record Found(Route route, Map<String, String> parameters) {}

    /// Those at a path.
    static final class Place {
        private final List<Found> found;
        private final RoutesInFlight reading;
        private final RoutesInFlight inFlight;

        private Place(List<Found> found, RoutesInFlight reading, RoutesInFlight inFlight) {
            this.found = found;
            this.reading = reading;
            this.inFlight = inFlight;
        }

        /// Where a request of that method goes.
        Destination by(String method) {
            if ("OPTIONS".equals(method)) {
                return routed(new Found(Route.get(RoutePath.of(""), _ -> options()), Map.of()));
            }
            String wanted = "HEAD".equals(method) ? "GET" : method;
            return found.stream()
                    .filter(each -> each.route.method().equals(wanted))
                    .findFirst()
                    .<Destination>map(this::routed)
                    .orElseGet(this::wrongMethod);
        }

        private Destination routed(Found one) {
            return new Routed(one.route, one.parameters, reading, inFlight);
        }

        private RouteResponse options() {
            return RouteResponse.empty(204).with("Allow", allowed());
        }

        private Refused wrongMethod() {
            String allowed = allowed();
            return new Refused(405, "The methods here are " + allowed, Map.of("Allow", allowed));
        }

        private String allowed() {
            return found.stream()
                    .map(each -> each.route.method())
                    .flatMap(
                            method ->
                                    "GET".equals(method)
                                            ? Stream.of(method, "HEAD")
                                            : Stream.of(method))
                    .collect(Collectors.joining(", ", "", ", OPTIONS"));
        }
    }

    /// What is at a path below the circle, if anything is.
    ///
    /// @param path decoded; empty for the circle itself
    Optional<Place> at(String path) {
        List<Found> found =
                routes.stream()
                        .flatMap(
                                route ->
                                        route.path().match(path).stream()
                                                .map(values -> new Found(route, values)))
                        .toList();
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(new Place(found, reading, inFlight));
    }
}
