package io.circles.server;

import io.circles.protocol.crypto.PublicKey;
import io.circles.server.session.Origin;
import io.circles.server.transport.Admission;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// Which circles are served on which address: the first decision about every request. Thread-safe.
final class Mounts implements Admission {
    private static final Refused FOREIGN_HOST =
            new Refused(403, "The Host header names no origin of this circle.\n");
    private static final Refused FOREIGN_PAGE =
            new Refused(403, "This page may not connect to this circle.\n");
    private static final Refused FULL = new Refused(503, "The circle has no room now.\n");

    /// A circle on an address.
    record Mount(InetSocketAddress address, CircleServer circle) {
        /// Whether a connection came in on its address; a wildcard address takes all of its port.
        boolean takes(InetSocketAddress local) {
            return address.getPort() == local.getPort()
                    && (address.getAddress().isAnyLocalAddress()
                            || address.getAddress().equals(local.getAddress()));
        }
    }

    private final List<Mount> mounts = new CopyOnWriteArrayList<>();

    void add(Mount mount) {
        mounts.add(mount);
    }

    void remove(CircleServer circle) {
        mounts.removeIf(mount -> mount.circle == circle);
    }

    boolean serves(PublicKey circle) {
        return mounts.stream().anyMatch(mount -> mount.circle.publicKey().equals(circle));
    }

    boolean isUsed(InetSocketAddress address) {
        return mounts.stream().anyMatch(mount -> mount.address.equals(address));
    }

    @Override
    public Verdict decide(UpgradeRequest request) {
        Optional<CircleServer> found = find(request);
        if (found.isEmpty()) {
            return Refused.NO_CIRCLE;
        }
        CircleServer circle = found.get();
        Optional<Origin> dialled = circle.origins().dialled(request.host());
        if (dialled.isEmpty()) {
            return FOREIGN_HOST;
        }
        if (!circle.origins().admits(request.origin(), dialled.get())) {
            return FOREIGN_PAGE;
        }
        return circle.hasRoom() ? circle.admit(dialled.get()) : FULL;
    }

    private Optional<CircleServer> find(UpgradeRequest request) {
        List<CircleServer> here =
                mounts.stream()
                        .filter(mount -> mount.takes(request.local()))
                        .map(Mount::circle)
                        .toList();
        String name = request.path().substring(1);
        if (name.isEmpty()) {
            return here.size() == 1 ? Optional.of(here.getFirst()) : Optional.empty();
        }
        return key(name)
                .flatMap(key -> here.stream().filter(c -> c.publicKey().equals(key)).findFirst());
    }

    private static Optional<PublicKey> key(String text) {
        try {
            return Optional.of(PublicKey.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
