package io.circles.server;

import io.circles.server.SigSocketConfig.Legacy;
import io.circles.server.SocketEndpoint.Dialled;
import io.circles.server.mpc.MpcRelay;
import io.circles.server.sigsocket.SigSocket;
import io.circles.server.sigsocket.original.SigEndpoint;
import io.circles.server.sigsocket.original.SigFrame;
import io.circles.server.sigsocket.original.SignRoutes;
import io.circles.server.transport.Admission.Admitted;
import io.circles.server.transport.Admission.Verdict;
import io.circles.server.transport.Connection;
import io.circles.server.transport.Connections;
import io.circles.server.transport.Route;
import io.circles.server.transport.RoutesInFlight;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// What is at which path below a circle, and who is in there at the moment. Thread-safe.
final class Entrances {
    /// Webhooks and other requests over HTTP do not take each other's places, and what is still on
    /// its way takes none of them.
    private static final int DELIVERIES = 64;

    private static final String MPC = "mpc";

    private final CircleConfig config;
    private final Connections connections;
    private final RoutesInFlight routesInFlight;
    private final RoutesInFlight reading;
    private final RoutesInFlight deliveriesInFlight = new RoutesInFlight(DELIVERIES);
    private final Map<String, SocketEndpoint> sockets;
    private final HttpRoutes routes;
    private final HttpRoutes deliveries;

    /// @param circle what is at the circle's own path
    /// @param webhooks where deliveries come in
    /// @param ids names that nobody can guess
    /// @param clock paces requests over HTTP
    Entrances(
            CircleConfig config,
            SocketEndpoint circle,
            SigSocket sigSocket,
            MpcRelay relay,
            List<Route> webhooks,
            Supplier<String> ids,
            InstantSource clock) {
        int most = config.limits().count(Limit.CONNECTIONS);
        this.config = config;
        this.connections = new Connections(most);
        this.reading = new RoutesInFlight(most);
        this.routesInFlight = new RoutesInFlight(most);
        this.sockets = sockets(config, circle, sigSocket, relay, ids);
        this.routes = routes(signRoutes(config, sigSocket, clock));
        this.deliveries = new HttpRoutes(Stream.of(), webhooks, reading, deliveriesInFlight);
    }

    private static Map<String, SocketEndpoint> sockets(
            CircleConfig config,
            SocketEndpoint circle,
            SigSocket sigSocket,
            MpcRelay relay,
            Supplier<String> ids) {
        SigSocketConfig signing = config.sigSocket();
        Map<String, SocketEndpoint> all = new HashMap<>();
        all.put("", circle);
        if (!(signing.legacy() instanceof Legacy.Off)) {
            all.put("ws", (connection, dialled) -> device(signing, sigSocket, connection, dialled));
        }
        if (config.mpc().legacy()) {
            all.put(MPC, new MpcSocket(relay, config.limits().count(Limit.QUEUED), ids));
        }
        return Map.copyOf(all);
    }

    private static SigEndpoint device(
            SigSocketConfig signing, SigSocket sigSocket, Connection connection, Dialled dialled) {
        SigFrame usual = signing.json() ? SigFrame.JSON : SigFrame.PLAIN;
        SigFrame form = dialled.parameter("format").flatMap(SigFrame::of).orElse(usual);
        return new SigEndpoint(sigSocket, form, signing.legacy()::admits, connection);
    }

    private HttpRoutes routes(List<Route> signing) {
        Optional<StaticFiles> files = config.mpc().files().map(StaticFiles::new);
        return new HttpRoutes(
                sockets.keySet().stream().filter(path -> files.isEmpty() || !path.isEmpty()),
                signing,
                files.map(StaticFiles::routes).orElse(List.of()),
                reading,
                routesInFlight);
    }

    private static List<Route> signRoutes(
            CircleConfig config, SigSocket sigSocket, InstantSource clock) {
        SigSocketConfig signing = config.sigSocket();
        return signing.hasRoutes()
                ? new SignRoutes(
                                sigSocket,
                                signing.tokens(),
                                signing.open(),
                                config.limits().sign(),
                                config.limits().time(Limit.BODY_MS),
                                clock)
                        .routes()
                : List.of();
    }

    Connections connections() {
        return connections;
    }

    /// What is answered over plain HTTP at a path, if anything is. Files are at all that is left,
    /// so they come last.
    Optional<HttpRoutes.Place> routes(String path) {
        return deliveries.at(path).or(() -> routes.at(path));
    }

    /// Whether a WebSocket is at a path; the empty path is the circle itself.
    boolean hasSocket(String path) {
        return sockets.containsKey(path);
    }

    /// Lets a client in to one of the WebSockets, or not.
    Verdict admit(String path, Dialled dialled) {
        SocketEndpoint socket = Objects.requireNonNull(sockets.get(path));
        return socket.refused(dialled)
                .<Verdict>map(refused -> refused)
                .orElseGet(
                        () ->
                                new Admitted(
                                        connections,
                                        config.limits().connection(),
                                        connection -> socket.open(connection, dialled)));
    }

    /// Headers of every answer at a path: pages that use the memory of several threads, as those of
    /// the original relay do, are let by browsers only when they are isolated.
    Map<String, String> headers(String path) {
        boolean isolated =
                config.mpc().files().isPresent()
                        || (config.mpc().legacy()
                                && (path.equals(MPC) || path.startsWith(MPC + "/")));
        return isolated ? StaticFiles.ISOLATED : Map.of();
    }

    /// Lets what goes on finish, then ends it: all at once, for a request over HTTP may wait for
    /// what comes over a WebSocket.
    void drain(Duration patience) throws InterruptedException {
        List<Thread> http =
                Stream.of(reading, routesInFlight, deliveriesInFlight)
                        .map(each -> Thread.startVirtualThread(() -> drain(each, patience)))
                        .toList();
        connections.drain(patience);
        for (Thread each : http) {
            each.join();
        }
    }

    private static void drain(RoutesInFlight requests, Duration patience) {
        try {
            requests.drain(patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
