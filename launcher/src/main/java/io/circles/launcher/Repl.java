package io.circles.launcher;

import io.circles.client.CircleClient;
import io.circles.client.ClientState;
import io.circles.protocol.crypto.KeyPair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jline.reader.LineReader;
import org.jline.reader.LineReader.Option;
import org.jline.reader.LineReaderBuilder;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.TerminalBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `circles repl`: runs in a circle what a person types, one script after the other.
@Command(
        name = "repl",
        description =
                "Runs in a circle what is typed at a terminal, one script after the other. Ctrl-C cancels a"
                        + " run, Ctrl-D ends the command.")
final class Repl implements Runnable {
    private static final int KEPT = 1000;

    /// What stands in for the editor's own colour.
    private static final String BOLD = "bold";

    private final Shell shell;
    private final Cancellation cancellation = new Cancellation();
    @Mixin private ClientOptions client = new ClientOptions();

    Repl(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        if (!shell.terminal()) {
            throw new LauncherException(
                    ExitCode.USAGE,
                    "circles: repl needs a terminal; play runs a script from a file or standard input");
        }
        KeyPair key = client.keyPair(shell);
        try (Terminal terminal = terminal()) {
            LineReader reader = reader(terminal);
            ConnectionNotices notices = new ConnectionNotices(reader::printAbove);
            client.stay(
                    key,
                    state -> told(state, notices, terminal),
                    circle -> {
                        // not before: until it is connected a signal ends it as any other program
                        terminal.handle(Signal.INT, _ -> cancellation.cancel());
                        return converse(circle, key, reader);
                    });
        } catch (IOException | IllegalStateException e) {
            throw new LauncherException(
                    ExitCode.NOT_STARTED, "circles: the terminal cannot be used: " + e);
        }
    }

    private Terminal terminal() throws IOException {
        return TerminalBuilder.builder()
                .system(true)
                .provider(TerminalBuilder.PROP_PROVIDER_FFM)
                .dumb(false)
                .nativeSignals(true)
                .graphemeCluster(false)
                .encoding(StandardCharsets.UTF_8)
                .build();
    }

    private LineReader reader(Terminal terminal) {
        LineReaderBuilder builder =
                LineReaderBuilder.builder()
                        .terminal(terminal)
                        .appName("circles")
                        .parser(new ScriptParser())
                        .completer(HostNames.ofBuild())
                        .variable(LineReader.SECONDARY_PROMPT_PATTERN, "%P %M> ")
                        .variable(LineReader.HISTORY_SIZE, KEPT)
                        .variable(LineReader.HISTORY_FILE_SIZE, KEPT)
                        .option(Option.DISABLE_EVENT_EXPANSION, true)
                        .option(Option.HISTORY_IGNORE_SPACE, true)
                        .option(Option.INSERT_TAB, false);
        if (!paint().on()) {
            builder.variable(LineReader.COMPLETION_STYLE_STARTING, BOLD)
                    .variable(LineReader.COMPLETION_STYLE_LIST_STARTING, BOLD);
        }
        HistoryFile.of(shell)
                .map(Path::toString)
                .ifPresent(file -> builder.variable(LineReader.HISTORY_FILE, file));
        return builder.build();
    }

    /// Whoever reads a line is to notice the client's end too.
    private static void told(ClientState state, ConnectionNotices notices, Terminal terminal) {
        notices.accept(state);
        if (state instanceof ClientState.Closed) {
            terminal.raise(Signal.INT);
        }
    }

    private Paint paint() {
        return Paint.of(shell.environment());
    }

    private Void converse(CircleClient circle, KeyPair key, LineReader reader) {
        ReplOutput output = new ReplOutput(paint());
        reader.printAbove(
                "in the circle %s\nas %s\nCtrl-C cancels a run, Ctrl-D ends"
                        .formatted(circle.circle().orElseThrow(), key.publicKey()));
        new ReplLoop(reader, output, cancellation, shell).run(circle);
        return null;
    }
}
