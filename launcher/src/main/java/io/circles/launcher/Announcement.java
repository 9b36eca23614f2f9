package io.circles.launcher;

import io.circles.protocol.Json;
import io.circles.server.CircleServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The file that tells other programs what is served: it is there, whole, once everything listens,
/// and gone once nothing does.
record Announcement(Path path) {

    /// One circle, as the file has it.
    record Announced(String name, String publicKey, String url) {
        static Announced of(CircleServer circle) {
            return new Announced(
                    circle.config().name(), circle.publicKey().hex(), circle.url().toString());
        }
    }

    /// Takes it away, also what an earlier run has left.
    ///
    /// @throws LauncherException if it is there to stay
    void remove() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw trouble(e);
        }
    }

    /// @throws LauncherException if it cannot be written
    void write(List<CircleServer> circles) {
        List<Announced> all = circles.stream().map(Announced::of).toList();
        try {
            SafeFiles.replace(path, Json.write(Json.tree(all)) + "\n");
        } catch (IOException e) {
            throw trouble(e);
        }
    }

    private LauncherException trouble(IOException e) {
        return new LauncherException(ExitCode.NOT_STARTED, path + ": " + FileErrors.words(e));
    }
}
