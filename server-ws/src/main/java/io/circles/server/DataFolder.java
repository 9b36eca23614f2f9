package io.circles.server;

import io.circles.server.store.ServerStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Where a circle keeps its files: the folder that its configuration names, or a temporary one of
/// its own. Immutable.
///
/// @param temporary deleted with all that is in it when this is closed
record DataFolder(Path path, boolean temporary) implements AutoCloseable {

    /// The folder of a circle. A temporary one is made at once, readable by this user only.
    static DataFolder of(CircleConfig config) throws IOException {
        return config.data().isPresent()
                ? new DataFolder(config.data().get(), false)
                : new DataFolder(Files.createTempDirectory("circle-" + config.name() + "-"), true);
    }

    /// The file of the circle's state.
    Path state() {
        return path.resolve(CircleServer.STATE_FILE);
    }

    /// The file of what the server itself keeps of the circle.
    Path server() {
        return path.resolve(ServerStore.FILE);
    }

    @Override
    public void close() {
        if (temporary) {
            try {
                delete();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void delete() throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(path)) {
            all = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            Files.deleteIfExists(each);
        }
    }
}
