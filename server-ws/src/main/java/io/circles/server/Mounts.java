package io.circles.server;

import io.circles.protocol.crypto.PublicKey;
import io.circles.server.SocketEndpoint.Dialled;
import io.circles.server.session.Origin;
import io.circles.server.transport.Admission;
import io.circles.server.transport.RoutePath;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// Which circles are served on which address: the first decision about every request. Thread-safe.
///
/// A circle's endpoints are found below `/{circle_pk}/`, and on a port with one circle also
/// without its key. No key begins as the name of an endpoint does, and what is left of a key is no
/// key, so a path has one meaning at most.
final class Mounts implements Admission {
    private static final Refused FOREIGN_HOST =
            new Refused(403, "The Host header names no origin of this circle.\n");
    private static final Refused FOREIGN_PAGE =
            new Refused(403, "This page may not connect to this circle.\n");

    /// Past this no slash ends a key: an uncompressed one in hex with `0x`.
    private static final int LONGEST_KEY = 132;

    private static final RoutePath WEBHOOK = RoutePath.of("webhooks/{provider}/{circle_pk}");

    /// A circle on an address.
    record Mount(InetSocketAddress address, CircleServer circle) {
        /// Whether a connection came in on its address; a wildcard address takes all of its port.
        boolean takes(InetSocketAddress local) {
            return address.getPort() == local.getPort()
                    && (address.getAddress().isAnyLocalAddress()
                            || address.getAddress().equals(local.getAddress()));
        }
    }

    /// A circle, and a path below it.
    private record Place(CircleServer circle, String path) {}

    private final List<Mount> mounts = new CopyOnWriteArrayList<>();

    /// Those that are not served any more and still have to tell so.
    private final List<Mount> stopping = new CopyOnWriteArrayList<>();

    private final List<Operator> operators = new CopyOnWriteArrayList<>();

    void add(Mount mount) {
        mounts.add(mount);
    }

    void add(Operator operator) {
        operators.add(operator);
    }

    /// Serves a circle no more. Until it has stopped, who asks for it is told to come back.
    void remove(CircleServer circle) {
        stopping.removeIf(mount -> mount.circle.isStopped());
        mounts.stream().filter(mount -> mount.circle == circle).forEach(stopping::add);
        mounts.removeIf(mount -> mount.circle == circle);
    }

    boolean serves(PublicKey circle) {
        return mounts.stream().anyMatch(mount -> mount.circle.publicKey().equals(circle));
    }

    boolean isUsed(InetSocketAddress address) {
        return mounts.stream().anyMatch(mount -> mount.address.equals(address));
    }

    @Override
    public Map<String, String> headers(RequestHead request) {
        return find(request)
                .map(place -> place.circle.entrances().headers(place.path))
                .orElse(Map.of());
    }

    @Override
    public Verdict decide(RequestHead request) {
        Optional<Place> found =
                find(request).filter(place -> place.circle.entrances().hasSocket(place.path));
        if (found.isEmpty()) {
            return Refused.NO_CIRCLE;
        }
        CircleServer circle = found.get().circle;
        Optional<Refused> refused = refused(circle, request);
        if (refused.isPresent()) {
            return refused.get();
        }
        Origin origin = circle.origins().dialled(request.host()).orElseThrow();
        return circle.entrances().connections().hasRoom()
                ? circle.entrances().admit(found.get().path, new Dialled(origin, request.query()))
                : Refused.FULL;
    }

    @Override
    public Destination route(String method, RequestHead request) {
        for (Operator operator : operators) {
            if (operator.address().equals(request.local()) && request.path().startsWith("/")) {
                Optional<HttpRoutes.Place> routes =
                        operator.routes().at(request.path().substring(1));
                return route(method, routes, foreign(operator.origins(), request));
            }
        }
        Optional<Place> found = find(request);
        return route(
                method,
                found.flatMap(place -> place.circle.entrances().routes(place.path)),
                found.flatMap(place -> refused(place.circle, request)));
    }

    private static Destination route(
            String method, Optional<HttpRoutes.Place> routes, Optional<Refused> refused) {
        if (routes.isEmpty()) {
            return Refused.NO_CIRCLE;
        }
        return refused.<Destination>map(why -> why).orElseGet(() -> routes.get().by(method));
    }

    private static Optional<Refused> refused(CircleServer circle, RequestHead request) {
        return foreign(circle.origins(), request)
                .or(() -> circle.isStopping() ? Optional.of(Refused.STOPPING) : Optional.empty());
    }

    private static Optional<Refused> foreign(Origins origins, RequestHead request) {
        Optional<Origin> dialled = origins.dialled(request.host());
        if (dialled.isEmpty()) {
            return Optional.of(FOREIGN_HOST);
        }
        return origins.admits(request.origin(), dialled.get())
                ? Optional.empty()
                : Optional.of(FOREIGN_PAGE);
    }

    private Optional<Place> find(RequestHead request) {
        return find(mounts, request)
                .or(() -> find(stopping, request).filter(place -> !place.circle.isStopped()));
    }

    private static Optional<Place> find(List<Mount> mounts, RequestHead request) {
        if (!request.path().startsWith("/")) {
            return Optional.empty();
        }
        List<CircleServer> here =
                mounts.stream()
                        .filter(mount -> mount.takes(request.local()))
                        .map(Mount::circle)
                        .toList();
        String path = request.path().substring(1);
        return byKey(here, path)
                .or(() -> webhook(here, path))
                .or(
                        () ->
                                here.size() == 1
                                        ? Optional.of(new Place(here.getFirst(), path))
                                        : Optional.empty());
    }

    /// Reads the path of a webhook, which as in the original ends with the key.
    private static Optional<Place> webhook(List<CircleServer> here, String path) {
        return WEBHOOK.match(path)
                .flatMap(
                        found ->
                                byKey(here, found.getOrDefault("circle_pk", ""))
                                        .filter(place -> place.path.isEmpty())
                                        .map(
                                                place ->
                                                        new Place(
                                                                place.circle,
                                                                "webhooks/"
                                                                        + found.getOrDefault(
                                                                                "provider", ""))));
    }

    /// Reads a path that begins with a key, which in base64 may have slashes.
    private static Optional<Place> byKey(List<CircleServer> here, String path) {
        int longest = Math.min(path.length(), LONGEST_KEY);
        for (int end = 1; end <= longest; end++) {
            boolean whole = end == path.length();
            if (whole || (path.charAt(end) == '/' && end + 1 < path.length())) {
                Optional<PublicKey> key = key(path.substring(0, end));
                if (key.isPresent()) {
                    String rest = whole ? "" : path.substring(end + 1);
                    return here.stream()
                            .filter(circle -> circle.publicKey().equals(key.get()))
                            .findFirst()
                            .map(circle -> new Place(circle, rest));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<PublicKey> key(String text) {
        try {
            return Optional.of(PublicKey.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
