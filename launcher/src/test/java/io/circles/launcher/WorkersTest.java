package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.script.worker.WorkerSettings;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WorkersTest {
    @Test
    void whatTheFileSaysIsHowThePoolHasThem() {
        Path compiler = Path.of("compiler");

        assertThat(new Workers(3, 5, 1L << 30, 2, 7).settings(Optional.of(compiler)))
                .isEqualTo(
                        WorkerSettings.defaults()
                                .withWorkers(3)
                                .withThreads(5)
                                .withHeap("1073741824")
                                .withSpares(2)
                                .withWarmPlays(7)
                                .withCompiler(compiler));
    }
}
