package io.circles.script.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.script.contract.Plays;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// How processes begin and end.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class WorkerStartIT {
    private static final Duration LONG = Duration.ofSeconds(90);

    private static Set<Long> children() {
        return ProcessHandle.current()
                .children()
                .map(ProcessHandle::pid)
                .collect(Collectors.toSet());
    }

    private static void assertPlays(WorkerPool pool) throws InterruptedException {
        assertThat(pool.execute(Plays.job("6 * 7")).result().output()).isEqualTo("42");
    }

    @Test
    void whatTheJvmSaysDoesNotComeBetweenTheMessages() throws Exception {
        List<String> missing = List.of("-XX:SharedArchiveFile=/nowhere.jsa"); // the JVM says so
        try (WorkerPool pool = Pools.ready(Pools.settings().withJavaOptions(missing))) {
            assertPlays(pool);
        }
    }

    @Test
    void withoutTheCompilersFolderScriptsAreInterpreted(@TempDir Path empty) throws Exception {
        try (WorkerPool pool = Pools.ready(Pools.settings().withCompiler(empty))) {
            assertThat(pool.description())
                    .startsWith("interpreted (there is no GraalVM compiler in");
            assertPlays(pool);
        }
    }

    @Test
    void whenTheJvmRefusesTheCompilerScriptsAreInterpreted(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("compiler-0.jar"), "not a jar");
        try (WorkerPool pool = Pools.ready(Pools.settings().withCompiler(folder))) {
            assertThat(pool.description())
                    .startsWith("interpreted (the JVM does not start with the GraalVM compiler: ");
            assertPlays(pool);
        }
    }

    @Test
    void withoutJavaThereIsNoWorkerAndStartingGoesOn(@TempDir Path empty) {
        try (WorkerPool pool = new WorkerPool(Pools.settings().withJavaHome(empty))) {
            CircleException failure =
                    catchThrowableOfType(CircleException.class, () -> pool.execute(Plays.job("1")));
            assertThat(failure.code()).isEqualTo(ErrorCode.NO_WORKER);
            assertThat(pool.description()).isEqualTo("starting");
        }
    }

    @Test
    void aChildEndsWithItsStandardInput() throws Exception {
        Process child =
                new ChildCommand(Pools.settings(), false, WorkerMain.class.getName()).start();
        try (var out = child.inputReader()) {
            assertThat(out.readLine()).contains("\"method\":\"ready\"");
            child.getOutputStream().close();
            assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(child.exitValue()).isZero();
        } finally {
            child.destroyForcibly();
        }
    }

    @Test
    void closingLeavesNoProcess() throws Exception {
        Set<Long> before = children();
        WorkerPool pool = Pools.ready(Pools.settings().withSpares(1));
        await().atMost(LONG).until(() -> pool.alive() == 2);
        assertPlays(pool);
        pool.close();
        assertThat(children()).isEqualTo(before);
        await().atMost(LONG).until(() -> pool.alive() == 0);
    }

    @Test
    void closingWhileItStartsLeavesNoProcess() {
        Set<Long> before = children();
        WorkerPool pool = new WorkerPool(Pools.settings());
        await().atMost(LONG).until(() -> pool.alive() > 0);
        pool.close();
        await().atMost(LONG).until(() -> children().equals(before));
    }

    @Test
    void aSpareTakesOverAtOnce() throws Exception {
        try (WorkerPool pool = Pools.ready(Pools.settings().withSpares(1))) {
            await().atMost(LONG).until(() -> pool.spares() == 1);
            List<Long> first = pool.serving();
            ProcessHandle.of(first.getFirst()).ifPresent(ProcessHandle::destroyForcibly);
            await().atMost(LONG)
                    .until(() -> !pool.serving().isEmpty() && !pool.serving().equals(first));
            assertPlays(pool);
        }
    }

    @Test
    void processesWarmUpWhileNobodyNeedsThem() {
        try (WorkerPool pool = Pools.ready(Pools.settings().withWarmPlays(20).withSpares(1))) {
            await().atMost(LONG).until(() -> pool.spares() == 1 && pool.coldest() >= 20);
        }
    }
}
