package io.circles.launcher;

import io.circles.client.CallOptions;
import io.circles.client.CircleClient;
import io.circles.client.ClientException;
import io.circles.client.ClientState;
import io.circles.protocol.CircleApi.Played;
import io.circles.protocol.CircleException;
import java.io.PrintWriter;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.UserInterruptException;

/// Reads scripts, has them run, and prints what comes of them.
///
/// Each is sent with an idempotency key: when the connection is lost meanwhile, it is sent again,
/// and runs once.
final class ReplLoop {
    private static final String PROMPT = "circles> ";
    private static final int USUAL_COLUMNS = 80;

    private final LineReader reader;
    private final ReplOutput output;
    private final Cancellation cancellation;
    private final Shell shell;

    ReplLoop(LineReader reader, ReplOutput output, Cancellation cancellation, Shell shell) {
        this.shell = shell;
        this.reader = reader;
        this.output = output;
        this.cancellation = cancellation;
    }

    /// Returns when the input ends.
    ///
    /// @throws RuntimeException why the client has ended, if it has
    void run(CircleClient circle) {
        while (true) {
            try {
                String script = reader.readLine(PROMPT);
                if (!script.isBlank()) {
                    play(circle, script);
                }
            } catch (UserInterruptException e) {
                throwIfClosed(circle);
            } catch (EndOfFileException e) {
                return;
            }
        }
    }

    private void play(CircleClient circle, String script) {
        try {
            Played played = sent(circle, script);
            output.result(played, columns()).forEach(this::print);
        } catch (InterruptedException e) {
            print("cancelled");
        } catch (CircleException e) {
            print(output.refusal(e));
        } catch (ClientException e) {
            throwIfClosed(circle);
            print(output.failure(e));
        }
    }

    private Played sent(CircleClient circle, String script) throws InterruptedException {
        try (Spinner _ = Spinner.start(shell)) {
            return cancellation.send(circle, c -> c.play(script, null, CallOptions.idempotent()));
        }
    }

    private static void throwIfClosed(CircleClient circle) {
        if (circle.state() instanceof ClientState.Closed(RuntimeException why)) {
            throw why;
        }
    }

    private int columns() {
        int columns = reader.getTerminal().getColumns();
        return columns > 0 ? columns : USUAL_COLUMNS;
    }

    private void print(String line) {
        PrintWriter writer = reader.getTerminal().writer();
        writer.println(line);
        writer.flush();
    }
}
