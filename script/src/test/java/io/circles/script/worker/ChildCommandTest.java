package io.circles.script.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChildCommandTest {
    private static final WorkerSettings SETTINGS =
            WorkerSettings.defaults()
                    .withCompiler(Path.of("compiler"))
                    .withJavaOptions(List.of("-Xss2m", "-Da=b"));

    private static List<String> command(boolean compiled) {
        return new ChildCommand(SETTINGS, compiled, "Main").command();
    }

    @Test
    void optionsOfTheOperatorComeAfterOursAndBeforeTheProgram() {
        assertThat(command(true))
                .containsSubsequence(
                        "-Xmx1g", "-XX:+EnableJVMCI", "-Xss2m", "-Da=b", "-cp", "Main");
    }

    @Test
    void aCollectorOfTheOperatorReplacesOurs() {
        WorkerSettings other = SETTINGS.withJavaOptions(List.of("-XX:+UseZGC"));

        assertThat(command(true)).contains("-XX:+UseParallelGC");
        assertThat(new ChildCommand(other, true, "Main").command())
                .contains("-XX:+UseZGC")
                .doesNotContain("-XX:+UseParallelGC");
    }

    @Test
    void theCompilerIsForThoseThatCompile() {
        String folder = Path.of("compiler").toAbsolutePath().toString();

        assertThat(command(true)).containsSequence("--upgrade-module-path", folder);
        assertThat(command(false)).doesNotContain(folder, "-XX:+EnableJVMCI");
    }
}
