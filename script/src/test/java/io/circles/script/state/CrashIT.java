package io.circles.script.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.script.state.StateView.Entry;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A server that is killed in the middle of commits.
@Timeout(120)
class CrashIT {
    private static final String HANDLED = "handled ";

    @TempDir Path folder;

    @Test
    void noAcknowledgedCommitIsLostAndNoneIsHalf() throws Exception {
        Path file = folder.resolve("state.db");
        Set<String> acknowledged = new HashSet<>();
        for (int round = 0; round < 10; round++) {
            acknowledged.addAll(storm(file, round * 1_000_000, 50 + 61 * round));

            check(file, acknowledged);
        }
    }

    /// Kills the process when it has acknowledged so many. By its handle, which leaves its output
    /// to be read.
    ///
    /// @return all that it has acknowledged in whole lines
    private static Set<String> storm(Path file, int first, int enough)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                CommitStorm.class.getName(),
                                file.toString(),
                                Integer.toString(first))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        Set<String> acknowledged = new HashSet<>();
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.endsWith(".")) {
                    acknowledged.add(line.substring(0, line.length() - 1));
                }
                if (acknowledged.size() == enough) {
                    process.toHandle().destroyForcibly();
                }
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(enough);
        return acknowledged;
    }

    private static void check(Path file, Set<String> acknowledged) throws InterruptedException {
        ScheduledExecutorService writers = Executors.newScheduledThreadPool(1);
        try (StateStore store =
                        new StateStore(file, 1L << 30, writers, InstantSource.system(), _ -> {});
                StateReader reader = new StateReader();
                StateView view = reader.open(Optional.of(store.url()))) {
            Set<String> first = numbers(view.list("a/", null, Integer.MAX_VALUE));
            Set<String> second = numbers(view.list("b/", null, Integer.MAX_VALUE));

            assertThat(first).containsAll(acknowledged.stream().filter(CrashIT::isCommit).toList());
            assertThat(second).isEqualTo(first);
            assertThat(store.lastEffect()).isEqualTo(2L * first.size());
            for (String number : acknowledged.stream().filter(CrashIT::isCommit).toList()) {
                assertThat(store.hasOccasion("occasion" + number)).isTrue();
            }
            checkUnhandled(store, first, acknowledged);
        } finally {
            writers.shutdown();
        }
    }

    private static Set<String> numbers(List<Entry> entries) {
        return entries.stream().map(e -> e.key().substring(2)).collect(Collectors.toSet());
    }

    private static boolean isCommit(String line) {
        return !line.startsWith(HANDLED);
    }

    /// Whatever was not handled is there, and nothing that was: the newest, without a gap between
    /// them but for the events.
    private static void checkUnhandled(
            StateStore store, Set<String> committed, Set<String> acknowledged)
            throws InterruptedException {
        long handled =
                acknowledged.stream()
                        .filter(line -> !isCommit(line))
                        .mapToLong(line -> Long.parseLong(line.substring(HANDLED.length())))
                        .max()
                        .orElse(0);
        List<LoggedEffect> left = store.unhandled(0, Integer.MAX_VALUE);

        assertThat(left.getFirst().number()).isGreaterThan(handled);
        assertThat(left.getLast().number()).isEqualTo(store.lastEffect());
        assertThat(left)
                .hasSize((int) (left.getLast().number() - left.getFirst().number()) / 2 + 1);
        assertThat(committed).containsAll(left.stream().map(LoggedEffect::body).toList());
    }
}
