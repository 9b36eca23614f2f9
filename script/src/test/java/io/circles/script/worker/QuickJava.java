package io.circles.script.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// A folder that looks like a JDK, whose `java` is this one's with the simple compiler alone: a
/// process of tests is too short-lived to earn what the better one costs.
final class QuickJava {
    static final Path HOME = made(Path.of("target", "quick-java").toAbsolutePath());

    private QuickJava() {}

    private static Path made(Path home) {
        try {
            Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
            Path real = Path.of(System.getProperty("java.home"), "bin", "java");
            Files.writeString(
                    java, "#!/bin/sh\nexec '%s' -XX:TieredStopAtLevel=1 \"$@\"\n".formatted(real));
            Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
