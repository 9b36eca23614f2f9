package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The client for browsers and Node: builds it and runs its own tests, those without a network and
/// those against the built launcher or bad servers. Most of them wait most of the time, so two run
/// beside each other.
class ClientJsIT {
    private static final Path CLIENT = Page.ROOT.resolve("client-js");
    private static final boolean CI = "true".equals(System.getenv("CI"));

    /// With `CI_LONG` set there are fifty restarts of the server instead of a few.
    private static final Duration PATIENCE =
            Duration.ofMinutes(System.getenv("CI_LONG") == null ? 5 : 30);

    private static final int AT_ONCE = 2;

    @TempDir private static Path folder;
    private static final ExecutorService THREADS = Executors.newFixedThreadPool(AT_ONCE);
    private static final Map<Path, Future<?>> RUNS = new LinkedHashMap<>();

    @BeforeAll
    static void build() throws Exception {
        try (CirclesProcess npm =
                npm("ci", "--no-audit", "--no-fund", "--prefer-offline", "--silent")) {
            boolean installed = npm.exitCode() == 0;
            assumeTrue(installed || CI, "npm cannot install what client-js needs");
            assertThat(installed).as(npm::err).isTrue();
        }
        passes(npm("run", "--silent", "build"));
        for (Path test : launched()) {
            RUNS.put(test, THREADS.submit(() -> run(test)));
        }
    }

    @AfterAll
    static void stop() throws Exception {
        THREADS.shutdownNow();
        assertThat(THREADS.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }

    private static CirclesProcess npm(String... args) throws IOException {
        List<String> all =
                Stream.concat(Stream.of("--prefix", CLIENT.toString()), Stream.of(args)).toList();
        return CirclesProcess.startAs(
                OthersClients.program("npm"), folder, all.toArray(String[]::new));
    }

    private static void passes(CirclesProcess process) throws InterruptedException {
        try (process) {
            assertThat(process.exitCode(PATIENCE)).as(() -> process.out() + process.err()).isZero();
        }
    }

    @Test
    void itsTestsWithoutANetworkPass() throws Exception {
        passes(npm("run", "--silent", "unit"));
    }

    private static List<Path> launched() throws IOException {
        try (Stream<Path> files = Files.list(CLIENT.resolve("test/it"))) {
            List<Path> tests =
                    files.filter(file -> file.toString().endsWith(".test.mjs")).sorted().toList();
            assertThat(tests).hasSizeGreaterThan(3);
            return tests;
        }
    }

    private static Void run(Path test) throws Exception {
        passes(
                CirclesProcess.startAs(
                        OthersClients.program("node"),
                        folder,
                        "--test",
                        "--test-force-exit",
                        test.toString()));
        return null;
    }

    @ParameterizedTest
    @MethodSource("launched")
    void itsTestsAgainstALauncherPass(Path test) throws Exception {
        try {
            Optional.ofNullable(RUNS.get(test)).orElseThrow().get();
        } catch (ExecutionException e) {
            throw new AssertionError(test.toString(), e.getCause());
        }
    }
}
