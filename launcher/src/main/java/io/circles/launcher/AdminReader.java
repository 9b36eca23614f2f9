package io.circles.launcher;

import java.util.Optional;

/// Reads where the operator looks: `admin`.
final class AdminReader {
    private AdminReader() {}

    /// The port on the loopback address, 0 for any free one; empty when there is none.
    static Optional<Integer> port(ConfigReader root) {
        Optional<ConfigReader> admin = root.field("admin");
        Optional<Integer> port =
                admin.flatMap(section -> section.required("port", "a port of the loopback address"))
                        .flatMap(CirclesReader::port);
        admin.ifPresent(ConfigReader::refuseOtherFields);
        return port;
    }
}
