package io.circles.launcher;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Where the circles of a file listen, so that none shares a port that was to be another's own. Not
/// thread-safe.
final class TakenPorts {
    private final int sharedPort;
    private final Map<String, String> placesOfOwn = new HashMap<>();
    private final Map<String, String> placesOfSharing = new HashMap<>();

    /// @param sharedPort of the circles without a port of their own; 0 means any free one
    TakenPorts(int sharedPort) {
        this.sharedPort = sharedPort;
    }

    /// Notes where one more circle listens.
    void add(ConfigReader circle, CircleEntry entry) {
        String host = AddressReader.spelling(entry.host());
        Optional<ConfigReader> field = circle.field("port");
        if (field.isEmpty()) {
            share(circle, host);
        } else if (entry.ownPort().orElse(0) != 0) {
            own(field.get(), host, entry.ownPort().get());
        }
    }

    private void own(ConfigReader field, String host, int port) {
        String other = placesOfOwn.putIfAbsent(port + " " + host, field.place());
        if (other == null && port == sharedPort) {
            other = placesOfSharing.get(host);
        }
        if (other != null) {
            field.problem("is taken by %s; %s".formatted(other, sharing()));
        }
    }

    private void share(ConfigReader circle, String host) {
        placesOfSharing.putIfAbsent(host, circle.place());
        String owner = placesOfOwn.get(sharedPort + " " + host);
        if (owner != null) {
            circle.problem(
                    "shares port %d, but that is taken by %s; leave that one out to share it too"
                            .formatted(sharedPort, owner));
        }
    }

    private String sharing() {
        return "leave port out to share "
                + (sharedPort == 0 ? "any free port" : "port " + sharedPort);
    }
}
