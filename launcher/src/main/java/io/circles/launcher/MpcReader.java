package io.circles.launcher;

import io.circles.server.MpcConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Reads how a circle relays messages besides over its own protocol: `mpc`.
///
/// @param folder to which paths are relative
/// @param data the folder of keys and state
/// @param hidden what no page may publish
record MpcReader(Path folder, Path data, PrivateFiles hidden) {

    MpcConfig read(ConfigReader section) {
        MpcConfig config =
                new MpcConfig(
                        section.field("legacy").flatMap(ConfigReader::flag).orElse(false),
                        section.field("grace_ms")
                                .flatMap(MpcReader::millis)
                                .orElse(MpcConfig.OFF.grace()),
                        section.field("static").flatMap(field -> field.text(this::files)));
        section.refuseOtherFields();
        return config;
    }

    private static Optional<Duration> millis(ConfigReader field) {
        return field.number(MpcConfig.LEAST_GRACE.toMillis(), MpcConfig.MOST_GRACE.toMillis())
                .map(Duration::ofMillis);
    }

    private Path files(String path) {
        Path files = ConfiguredPath.under(folder, path);
        if (!Files.isDirectory(files)) {
            throw new IllegalArgumentException("is no folder: " + files);
        }
        hidden.in(files, data)
                .ifPresent(
                        secret -> {
                            throw new IllegalArgumentException(
                                    "would publish "
                                            + secret
                                            + "; must be a folder that has the page alone");
                        });
        return files;
    }
}
