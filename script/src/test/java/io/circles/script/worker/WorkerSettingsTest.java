package io.circles.script.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerSettingsTest {
    private static final WorkerSettings DEFAULTS = WorkerSettings.defaults();

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "1t", "-1g", "1g -XX:OnError=x"})
    void aHeapIsANumberWithAUnit(String heap) {
        assertThatThrownBy(() -> DEFAULTS.withHeap(heap))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void thereIsAtLeastOneOfWhatIsNeeded() {
        assertThatThrownBy(() -> DEFAULTS.withWorkers(0)).hasMessageContaining("workers");
        assertThatThrownBy(() -> DEFAULTS.withThreads(0)).hasMessageContaining("threads");
        assertThatThrownBy(() -> DEFAULTS.withSpares(-1)).hasMessageContaining("spares");
        assertThatThrownBy(() -> DEFAULTS.withWaiting(-1)).hasMessageContaining("waiting");
    }

    @Test
    void theChildrenFindTheClassesFromAnyFolder() {
        assertThat(DEFAULTS.jvm().classPath().split(File.pathSeparator, -1))
                .isNotEmpty()
                .allMatch(entry -> new File(entry).isAbsolute());
    }

    @Test
    void theCompilerStandsOnTheUpgradeModulePath() {
        WorkerSettings settings = DEFAULTS.withCompiler(Path.of("folder"));
        String folder = Path.of("folder").toAbsolutePath().toString();
        assertThat(new ChildCommand(settings, true, "Main").command())
                .containsSubsequence("--upgrade-module-path", folder, "-XX:+EnableJVMCI")
                .endsWith("Main", Integer.toString(settings.threads()));
        assertThat(new ChildCommand(settings, false, "Main").command())
                .doesNotContain("--upgrade-module-path", "-XX:+EnableJVMCI");
    }

    @ParameterizedTest
    @CsvSource({"1,0,50", "1,1,100", "2,1,200", "5,1,1600", "8,1,10000", "1000,0.5,7500"})
    void eachFailedStartDoublesTheWait(int failures, double random, long millis) {
        assertThat(Spares.backOff(failures, random)).isEqualTo(Duration.ofMillis(millis));
    }
}
