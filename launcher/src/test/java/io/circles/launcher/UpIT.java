package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.circles.client.CircleClient;
import io.circles.protocol.CircleApi.Played;
import io.circles.protocol.crypto.KeyPair;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `./circles up` as an operator sees it.
class UpIT {
    private static final String ALPHA = "[{\"name\": \"alpha\", \"port\": 0}]";
    private static final String SLOW =
            """
            {"workers": {"spares": 0, "warm_plays": 0, "compiled": false}, "circles": [{"name": "slow", "port": 0,
              "limits": {"wall_ms": 60000, "cpu_ms": 60000, "memory": "4g", "drain_ms": 60000}}]}
            """;

    @TempDir private Path folder;

    private static CircleClient connect(URI url) throws InterruptedException {
        return CircleClient.builder(url)
                .keyPair(KeyPair.generate(new SecureRandom()))
                .requestTimeout(Duration.ofMinutes(1))
                .connect();
    }

    @Test
    void everyCircleIsAnnouncedAndShownOnceItCanBeReached() throws Exception {
        try (CirclesProcess up =
                CirclesProcess.servingAlone(
                        folder,
                        "[{\"name\": \"alpha\", \"port\": 0}, {\"name\": \"beta\", \"port\": 0}]")) {
            for (int i = 0; i < 2; i++) {
                try (CircleClient circle = connect(up.url(i))) {
                    assertThat(circle.whoami().circle())
                            .isEqualTo(up.announced().path(i).path("public_key").asText());
                }
                assertThat(up.out()).contains(up.url(i).toString());
            }
            assertThat(up.announced().findValuesAsText("name")).containsExactly("alpha", "beta");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void howScriptsAreRunIsSaidOnceItIsKnown(int workers) throws Exception {
        String json =
                """
                {"workers": {"count": %d}, "circles": [{"name": "alpha", "port": 0}]}
                """
                        .formatted(workers);
        try (CirclesProcess up = CirclesProcess.serving(folder, json)) {
            await().atMost(Duration.ofMinutes(1)).until(() -> up.out().contains("scripts: "));
            assertThat(up.out()).containsPattern("scripts: (compiled|interpreted) [(].+[)]\n");
            assertThat(up.err().contains("workers.count: with 0 ")).isEqualTo(workers == 0);
            try (CircleClient circle = connect(up.url(0))) {
                assertThat(circle.play("1 + 1").output()).isEqualTo("2");
            }
        }
    }

    @Test
    void theOperatorIsToldWhereToLook() throws Exception {
        String json =
                """
                {"admin": {"port": 0}, "workers": {"spares": 0, "warm_plays": 0, "compiled": false},
                 "circles": [{"name": "alpha", "port": 0}]}
                """;
        try (CirclesProcess up = CirclesProcess.serving(folder, json)) {
            Pattern where =
                    Pattern.compile("operator: (http://127.0.0.1:\\d+)/metrics and /health");
            await().until(() -> where.matcher(up.out()).find());
            Matcher found = where.matcher(up.out());
            assertThat(found.find()).isTrue();
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(
                            () ->
                                    assertThat(get(found.group(1) + "/health"))
                                            .isEqualTo("{\"status\":\"ok\",\"circles\":1}\n"));
            try (CircleClient circle = connect(up.url(0))) {
                assertThat(circle.play("1 + 1").output()).isEqualTo("2");
            }
            assertThat(get(found.group(1) + "/metrics").lines())
                    .contains("circles_runs_total{circle=\"alpha\",outcome=\"ok\"} 1.0")
                    .anyMatch(line -> line.matches("circles_workers_alive [1-9].*"));
        }
    }

    private static String get(String url) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    @Test
    void checkAndUpShowTheSameAddress() throws Exception {
        String json =
                "[{\"name\": \"a\", \"port\": 0, \"origins\": [\"wss://b.example.com\", \"ws://c\"]}]";
        try (CirclesProcess up = CirclesProcess.servingAlone(folder, json);
                CirclesProcess check = CirclesProcess.start(folder, "check")) {
            assertThat(check.exitCode()).isZero();
            assertThat(up.out()).contains(up.url(0).toString());
            assertThat(check.out()).contains(up.url(0).toString());
        }
    }

    @Test
    void circlesWithoutAPortShareOne() throws Exception {
        String json =
                """
                {"port": 0, "workers": {"count": 0}, "circles": [{"name": "a"}, {"name": "b"}]}
                """;
        try (CirclesProcess up = CirclesProcess.serving(folder, json)) {
            assertThat(up.url(0).getPort()).isEqualTo(up.url(1).getPort());
            assertThat(up.url(0).getPath()).isNotEqualTo(up.url(1).getPath());
            try (CircleClient circle = connect(up.url(1))) {
                assertThat(circle.play("CIRCLE_PUBLIC_KEY").output())
                        .isEqualTo(up.announced().path(1).path("public_key").asText());
            }
        }
    }

    @Test
    void theKeyOfACircleIsMadeOnceForItsOwnerOnlyAndNeverShown() throws Exception {
        URI first;
        try (CirclesProcess up = CirclesProcess.servingAlone(folder, ALPHA)) {
            first = up.url(0);
            assertThat(up.out() + up.err()).doesNotContain("PRIVATE");
        }
        Path key = folder.resolve("data/alpha/circle.pem");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");

        try (CirclesProcess up = CirclesProcess.servingAlone(folder, ALPHA)) {
            assertThat(up.url(0).getPath()).isEqualTo(first.getPath());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void aSignalStopsItCleanly(String signal) throws Exception {
        try (CirclesProcess up = CirclesProcess.servingAlone(folder, ALPHA);
                CircleClient _ = connect(up.url(0))) {
            up.signal(signal);

            assertThat(up.exitCode()).isZero();
            assertThat(folder.resolve("up.json")).doesNotExist();
        }
    }

    /// A play that is on its way: later requests of its connection are answered already.
    private static Future<Played> playing(CircleClient circle, String script)
            throws InterruptedException {
        FutureTask<Played> play = new FutureTask<>(() -> circle.play(script));
        Thread thread = Thread.ofPlatform().daemon().start(play);
        await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        circle.whoami();
        return play;
    }

    @Test
    void whatIsInFlightIsFinishedBeforeItStops() throws Exception {
        String aSecond = "let end = Date.now() + 1000; while (Date.now() < end); 'finished'";
        try (CirclesProcess up = CirclesProcess.serving(folder, SLOW);
                CircleClient circle = connect(up.url(0))) {
            Future<Played> play = playing(circle, aSecond);
            up.signal("TERM");

            assertThat(play.get().output()).isEqualTo("finished");
            assertThat(up.exitCode()).isZero();
        }
    }

    @Test
    void aSecondSignalStopsItAtOnce() throws Exception {
        try (CirclesProcess up = CirclesProcess.serving(folder, SLOW);
                CircleClient circle = connect(up.url(0))) {
            Future<Played> play = playing(circle, "for (;;);");
            up.signal("TERM");
            await().until(() -> up.err().contains("once more stops at once"));
            up.signal("TERM");

            assertThat(up.exitCode()).isEqualTo(143);
            assertThat(play).failsWithin(Duration.ofSeconds(10));
        }
    }

    @Test
    void ifOnePortIsTakenNothingStartsAndEveryTakenPortIsNamed() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket one = new ServerSocket(0, 1, loopback);
                ServerSocket two = new ServerSocket(0, 1, loopback)) {
            String json =
                    """
                    [{"name": "free", "port": 0}, {"name": "one", "port": %d}, {"name": "two", "port": %d}]
                    """
                            .formatted(one.getLocalPort(), two.getLocalPort());
            Files.writeString(folder.resolve("circles.json"), json);
            Files.writeString(folder.resolve("up.json"), "of an earlier run");
            try (CirclesProcess up = CirclesProcess.start(folder, "up", "--announce", "up.json")) {
                assertThat(up.exitCode()).isEqualTo(ExitCode.NOT_STARTED.number());
                assertThat(up.err())
                        .contains("circle one: ", "port " + one.getLocalPort())
                        .contains("circle two: ", "port " + two.getLocalPort())
                        .doesNotContain("circle free");
                assertThat(up.out()).isEmpty();
                assertThat(folder.resolve("up.json")).doesNotExist();
            }
        }
    }

    @Test
    void aSecondServerOnTheSameDataIsRefused() throws Exception {
        try (CirclesProcess _ = CirclesProcess.servingAlone(folder, ALPHA);
                CirclesProcess second = CirclesProcess.start(folder, "up")) {
            assertThat(second.exitCode()).isEqualTo(ExitCode.NOT_STARTED.number());
            assertThat(second.err()).contains("is in use by another server, process ");
        }
    }

    @Test
    void aWrongFileStartsNothing() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("circles.json"), "[{\"name\": \"a\", \"prot\": 1}]");
        try (CirclesProcess up = CirclesProcess.start(folder)) {
            assertThat(up.exitCode()).isEqualTo(ExitCode.CONFIGURATION.number());
            assertThat(up.err())
                    .isEqualTo("circles.json: [0].prot: is not known; did you mean \"port\"?\n");
            assertThat(folder.resolve("data")).doesNotExist();
        }
    }
}
