package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptOutcome;
import io.circles.script.bus.Bus;
import org.junit.jupiter.api.Test;

class LauncherTest {
    private static final class Scripts implements ScriptExecutor {
        boolean closed;

        @Override
        public ScriptOutcome execute(ScriptJob job) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String description() {
            return "none";
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void whereThereCanBeNoHostTheScriptsAreClosed() {
        Scripts scripts = new Scripts();
        RuntimeException failure = new IllegalStateException("no threads");

        assertThatThrownBy(
                        () ->
                                Launcher.host(
                                        scripts,
                                        Bus.alone(),
                                        _ -> {
                                            throw failure;
                                        }))
                .isSameAs(failure);
        assertThat(scripts.closed).isTrue();
    }
}
