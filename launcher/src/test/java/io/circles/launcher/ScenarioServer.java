package io.circles.launcher;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.client.CircleClient;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.PublicKey;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One process that serves a circle for each scenario, so that none meets what another has left,
/// each behind a proxy of its own. It can end and come back: ports, keys and state stay. Starting
/// and ending are one thread's, and then nobody else may use it; the rest is anybody's.
///
/// Its limits are so high that a slow machine is no reason for an error.
final class ScenarioServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /// A scenario's circle.
    ///
    /// @param index among all
    record Place(int index, int port, FaultyProxy proxy) {}

    private final Path folder;
    private final KeyPair member = KeyPair.generate(new SecureRandom());
    private final ObjectNode file = Json.object();
    private final Map<Scenario, Place> places = new LinkedHashMap<>();
    private volatile @Nullable CirclesProcess up;

    private ScenarioServer(Path folder) {
        this.folder = folder;
        file.putObject("workers").put("count", 0);
        file.putArray("circles");
    }

    /// Serves the circles of scenarios.
    static ScenarioServer serve(Path folder, List<Scenario> scenarios) throws IOException {
        ScenarioServer server = new ScenarioServer(folder);
        for (Scenario scenario : scenarios) {
            server.add(scenario);
        }
        server.start();
        return server;
    }

    private void add(Scenario scenario) throws IOException {
        int port = FreePort.next();
        Place place = new Place(places.size(), port, new FaultyProxy(port));
        places.put(scenario, place);
        String name = scenario.file().replace(".json", "");
        Files.writeString(
                Files.createDirectories(folder.resolve(name)).resolve("main.js"),
                scenario.module());
        ObjectNode circle = file.withArray("circles").addObject();
        circle.put("name", name).put("port", port).put("script", name + "/main.js");
        circle.putArray("members").addObject().put("key", member.publicKey().hex());
        circle.putArray("origins")
                .add("ws://127.0.0.1:" + port)
                .add("ws://127.0.0.1:" + place.proxy().port());
        ObjectNode limits = circle.putObject("limits").put("wall_ms", 60_000).put("cpu_ms", 60_000);
        limits.put("ping_ms", 60_000).put("idle_ms", 600_000);
        scenario.circle("limits")
                .propertyStream()
                .forEach(limit -> limits.set(limit.getKey(), limit.getValue()));
        if (scenario.circle("access").isObject()) {
            circle.set("access", scenario.circle("access"));
        }
    }

    Place place(Scenario scenario) {
        return Optional.ofNullable(places.get(scenario)).orElseThrow();
    }

    /// Starts the process, unless it runs, and waits until it serves.
    void start() throws IOException {
        if (up == null) {
            up = CirclesProcess.serving(folder, Json.write(file));
        }
    }

    /// The process gets a signal that ends it, and is waited for.
    void stop(String signal) throws IOException, InterruptedException {
        CirclesProcess serving = serving();
        serving.signal(signal);
        var _ = serving.exitCode();
        up = null;
    }

    private CirclesProcess serving() {
        return Optional.ofNullable(up).orElseThrow();
    }

    KeyPair member() {
        return member;
    }

    /// The key of a circle.
    PublicKey key(Place place) throws IOException {
        return PublicKey.parse(
                serving().announced().path(place.index()).path("public_key").asText());
    }

    /// A connection of the member past the proxy.
    CircleClient connectMember(Place place) throws InterruptedException {
        return CircleClient.builder(URI.create("ws://127.0.0.1:" + place.port()))
                .keyPair(member)
                .requestTimeout(PATIENCE)
                .connect();
    }

    @Override
    public void close() {
        places.values().forEach(place -> place.proxy().close());
        CirclesProcess serving = up;
        if (serving != null) {
            serving.close();
        }
    }
}
