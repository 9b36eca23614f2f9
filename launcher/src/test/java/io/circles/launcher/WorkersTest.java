package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.script.worker.WorkerSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WorkersTest {
    @Test
    void whatTheFileSaysIsHowThePoolHasThem() {
        Path compiler = Path.of("compiler");
        WorkerJvm jvm = new WorkerJvm(Optional.of(compiler), List.of("-Xss2m"));

        assertThat(new Workers(3, 5, 1L << 30, 2, 7, true).settings(jvm))
                .isEqualTo(
                        WorkerSettings.defaults()
                                .withWorkers(3)
                                .withThreads(5)
                                .withHeap("1073741824")
                                .withSpares(2)
                                .withWarmPlays(7)
                                .withJavaOptions(List.of("-Xss2m"))
                                .withCompiler(compiler));
    }

    @Test
    void whoDoesNotWantScriptsCompiledGetsNoCompiler() {
        WorkerJvm jvm = new WorkerJvm(Optional.of(Path.of("compiler")), List.of());

        assertThat(new Workers(1, 1, 1L << 30, 0, 0, false).settings(jvm).jvm().compiler())
                .isEmpty();
    }

    @Test
    void theEnvironmentHasOptionsOfTheirJvm() {
        assertThat(WorkerJvm.of(Map.of(WorkerJvm.OPTIONS, " -Xss2m  -Da=b\n")).options())
                .containsExactly("-Xss2m", "-Da=b");
        assertThat(WorkerJvm.of(Map.of()).options()).isEmpty();
    }
}
