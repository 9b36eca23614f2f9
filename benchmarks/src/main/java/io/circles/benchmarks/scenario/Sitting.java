package io.circles.benchmarks.scenario;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.benchmarks.server.Circles;
import io.circles.benchmarks.server.NodePeer;
import io.circles.benchmarks.server.RedisCircles;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.KeyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// One run of the benchmarks: the two servers that all contests use, started when they are first
/// wanted and kept, so that all figures come from one sitting.
///
/// For one thread.
public final class Sitting implements AutoCloseable {
    private final Settings settings;
    private final SecureRandom random;
    private final Consumer<String> progress;
    private final Path folder;
    private Optional<Circles> circles = Optional.empty();
    private Optional<NodePeer> peer = Optional.empty();

    /// @param progress is told what is being done
    /// @throws IOException when there is no folder for temporary files
    public Sitting(Settings settings, SecureRandom random, Consumer<String> progress)
            throws IOException {
        this.settings = settings;
        this.random = random;
        this.progress = progress;
        this.folder = Files.createTempDirectory("circles-bench");
    }

    Settings settings() {
        return settings;
    }

    void say(String what) {
        progress.accept(what);
    }

    /// So many new keys.
    List<KeyPair> keys(int count) {
        return Stream.generate(() -> KeyPair.generate(random)).limit(count).toList();
    }

    /// Our server of the contests.
    Circles circles() throws IOException {
        if (circles.isEmpty()) {
            circles = Optional.of(newCircles());
        }
        return circles.get();
    }

    /// Another server of ours, for what may do it harm; the caller closes it.
    Circles newCircles() throws IOException {
        return newCircles(Json.object());
    }

    /// Another server of ours, with these settings of its circles; the caller closes it.
    Circles newCircles(ObjectNode circle) throws IOException {
        say("starting ./circles up");
        return Circles.start(settings.root(), newFolder(), circle);
    }

    /// An empty folder, taken away in the end.
    Path newFolder() throws IOException {
        return Files.createTempDirectory(folder, "circles");
    }

    /// A server of ours whose scripts run behind Redis; the caller closes it.
    RedisCircles newRedisCircles() throws IOException {
        say("starting redis-server, ./circles worker and ./circles up");
        return RedisCircles.start(settings.root(), newFolder());
    }

    /// The peer of the contests.
    NodePeer peer() throws IOException {
        if (peer.isEmpty()) {
            say("starting the Node server");
            peer = Optional.of(NodePeer.start(settings.root(), settings.peerOptions()));
        }
        return peer.get();
    }

    /// Ends the servers and takes their files away.
    @Override
    public void close() throws IOException {
        circles.ifPresent(Circles::close);
        peer.ifPresent(NodePeer::close);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
