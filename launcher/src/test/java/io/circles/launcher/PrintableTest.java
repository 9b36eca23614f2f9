package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

class PrintableTest {
    private static final String CLEAR_SCREEN = "a\u001b[2Jb";

    @Test
    void whatATerminalWouldObeyIsNotWritten() {
        assertThat(Printable.of(CLEAR_SCREEN)).isEqualTo("a?[2Jb");
        assertThat(Printable.of("\u009b2J \u007f \r \u0007 \b \u202e")).isEqualTo("?2J ? ? ? ? ?");
        assertThat(Printable.of("line\n\tline, ä €")).isEqualTo("line\n\tline, ä €");
    }

    @Test
    void whatIsEscapedIsSeenAndNothingElseLooksLikeIt() {
        assertThat(Printable.inline("a\u001b[2J\n\u202e\u200b\ud800\udb40\udc01"))
                .isEqualTo("a\\u{1b}[2J\\u{a}\\u{202e}\\u{200b}\\u{d800}\\u{e0001}");
        assertThat(Printable.inline("\\u{1b}")).isEqualTo("\\u{5c}u{1b}");
        assertThat(Printable.inline("C:\\u ä € 日 😀")).isEqualTo("C:\\u ä € 日 😀");
    }

    @Test
    void anErrorOfACircleCannotCommandTheTerminal() {
        StringWriter err = new StringWriter();
        CommandLine command = new CommandLine(CommandLine.Model.CommandSpec.create());
        new Failures(new PrintWriter(err, true))
                .handleExecutionException(
                        new LauncherException(ExitCode.REFUSED, CLEAR_SCREEN),
                        command,
                        command.parseArgs());

        assertThat(err.toString()).isEqualTo("a?[2Jb\n");
    }

    @Test
    void neitherCanTheLog() {
        Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        OutputStreamAppender<ILoggingEvent> appender =
                (OutputStreamAppender<ILoggingEvent>) root.getAppender("stderr");
        Throwable cause = new IllegalStateException(CLEAR_SCREEN);
        LoggingEvent event =
                new LoggingEvent("", root, Level.WARN, CLEAR_SCREEN, cause, new Object[0]);

        String line = new String(appender.getEncoder().encode(event), StandardCharsets.UTF_8);

        assertThat(line)
                .contains(" - a?[2Jb\n", "IllegalStateException: a?[2Jb")
                .containsOnlyOnce("IllegalStateException")
                .doesNotContain("\u001b");
    }
}
