package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.circles.testing.TestRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `circles up` and `circles worker` with a Redis between them.
class RedisIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration MUCH_LESS = Duration.ofSeconds(20);
    private static final String LOST = "Redis is lost, connecting again until it answers";
    private static final String BACK = "Redis answers again";
    private static final String MAIN =
            """
            export function count() { state.set("n", (state.get("n") ?? 0) + 1); return state.get("n"); }
            export function token() { return secrets.get("mail").length; }
            """;

    @TempDir private Path folder;
    private @Nullable TestRedis redis;

    @BeforeEach
    void files() throws IOException {
        redis = TestRedis.start();
        Files.createDirectory(folder.resolve("shop"));
        Files.writeString(folder.resolve("shop/main.js"), MAIN);
        secret("token", "abc");
        secret("key", "k".repeat(32));
        Files.writeString(
                folder.resolve("circles.json"),
                """
                {"redis": {"url": "redis://127.0.0.1:%d", "key": "file:key"},
                 "workers": {"count": 1, "threads": 2, "spares": 0, "warm_plays": 0, "compiled": false},
                 "circles": [{"name": "shop", "port": 0, "script": "shop/main.js", "secrets": {"mail": "file:token"}}]}
                """
                        .formatted(redis.port()));
    }

    @AfterEach
    void end() {
        if (redis != null) {
            redis.close();
        }
    }

    private void secret(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private String called(CirclesProcess up, String function) throws Exception {
        try (CirclesProcess call =
                CirclesProcess.start(folder, "call", up.url(0).toString(), function)) {
            int code = call.exitCode();
            return code == 0 ? call.out().strip() : "exit code " + code + ": " + call.err();
        }
    }

    @Test
    void aWorkerRunsWhatTheServerCommits() throws Exception {
        String json = Files.readString(folder.resolve("circles.json"));
        try (CirclesProcess worker = CirclesProcess.start(folder, "worker", "--circles", "shop");
                CirclesProcess up = CirclesProcess.serving(folder, json)) {
            await().atMost(PATIENCE)
                    .failFast(up::throwIfEnded)
                    .until(() -> up.out().contains("scripts: by 1 worker behind redis://"));
            assertThat(up.children()).as("processes of the server").isEmpty();
            assertThat(called(up, "count")).isEqualTo("1");
            assertThat(called(up, "count")).isEqualTo("2");
            assertThat(called(up, "token")).isEqualTo("3");
            assertThat(worker.out()).startsWith("worker: takes jobs of shop from redis://");

            worker.signal("TERM");
            assertThat(worker.exitCode()).isZero();
        }
    }

    @Test
    void whoWaitsForAWorkerSaysSoAndEndsWhenToldTo() throws Exception {
        try (CirclesProcess up = CirclesProcess.start(folder, "up", "--announce", "up.json")) {
            await().atMost(PATIENCE)
                    .failFast(up::throwIfEnded)
                    .until(() -> up.err().contains("scripts: no worker yet"));
            assertThat(up.err())
                    .containsOnlyOnce("scripts: ")
                    .contains("wait 60 s for one: start circles worker --config circles.json\n");
            up.signal("TERM");

            assertThat(up.exitCode(MUCH_LESS)).as(up::err).isZero();
            assertThat(up.out()).isEmpty();
            assertThat(up.err())
                    .contains("stopped before anything was served")
                    .doesNotContain("at io");
            assertThat(folder.resolve("up.json")).doesNotExist();
        }
    }

    @Test
    void aRedisThatIsLostIsALineAndItsReturnIsAnother() throws Exception {
        String json = Files.readString(folder.resolve("circles.json"));
        try (CirclesProcess worker = CirclesProcess.start(folder, "worker");
                CirclesProcess up = CirclesProcess.serving(folder, json)) {
            assertThat(called(up, "count")).isEqualTo("1");
            TestRedis lost = Objects.requireNonNull(redis);
            lost.kill();
            await().atMost(PATIENCE)
                    .until(() -> up.err().contains(LOST) && worker.err().contains(LOST));
            assertThat(called(up, "count")).startsWith("exit code 1: circles: No worker");

            lost.begin();
            await().atMost(PATIENCE)
                    .until(() -> up.err().contains(BACK) && worker.err().contains(BACK));
            await().atMost(PATIENCE).until(() -> !called(up, "count").startsWith("exit code"));
            assertThat(List.of(up.err(), worker.err()))
                    .allSatisfy(
                            err ->
                                    assertThat(err)
                                            .containsOnlyOnce(LOST)
                                            .containsOnlyOnce(BACK)
                                            .doesNotContain("\tat ", "ERROR"));
        }
    }

    @Test
    void aWorkerNeedsRedisProcessesAndCirclesThatThereAre() throws Exception {
        assertRefused("circles: has none that is called bank", "--circles", "shop,bank");
        Files.writeString(folder.resolve("circles.json"), "[{\"name\": \"a\"}]");
        assertRefused("redis: is missing");
    }

    private void assertRefused(String why, String... options) throws Exception {
        String[] command =
                Stream.concat(Stream.of("worker"), Stream.of(options)).toArray(String[]::new);
        try (CirclesProcess worker = CirclesProcess.start(folder, command)) {
            assertThat(worker.exitCode()).isEqualTo(ExitCode.CONFIGURATION.number());
            assertThat(worker.err()).contains(why);
        }
    }
}
