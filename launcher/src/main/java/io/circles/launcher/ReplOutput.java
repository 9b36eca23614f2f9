package io.circles.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.client.ConnectionLostException;
import io.circles.protocol.CircleApi.LogLine;
import io.circles.protocol.CircleApi.Played;
import io.circles.protocol.CircleApi.Usage;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What `repl` shows of a run: what it logged, its result, what it used; or why it failed.
record ReplOutput(Paint paint) {
    private static final int KIBI = 1024;

    /// The lines of a run that went well.
    ///
    /// @param columns how wide the terminal is: JSON that is longer is indented
    List<String> result(Played played, int columns) {
        List<String> lines = new ArrayList<>();
        for (LogLine log : played.logs()) {
            String line = Printable.of("[%s] %s".formatted(log.level(), log.message()));
            lines.add(log.level().equals("error") ? paint.red(line) : paint.faint(line));
        }
        String value = value(played, columns);
        if (!value.isEmpty()) {
            lines.add(value);
        }
        lines.add(paint.faint(usage(played.usage())));
        return lines;
    }

    /// A value that JSON has, as JSON; any other as the text that the circle made of it.
    private static String value(Played played, int columns) {
        JsonNode value = played.value();
        if (value.isNull()) {
            return Printable.of(played.output());
        }
        String line = Json.write(value);
        return Printable.json(line.length() <= columns ? line : value.toPrettyString());
    }

    private static String usage(Usage usage) {
        return String.format(
                Locale.ROOT,
                "%,d ms, %,d ms of a processor, %,d KiB",
                usage.wallMs(),
                usage.cpuMs(),
                (usage.allocatedBytes() + KIBI - 1) / KIBI);
    }

    /// What the script threw with its line and column, or why the circle refused it.
    String refusal(CircleException e) {
        String words =
                e.code() == ErrorCode.SCRIPT_ERROR
                        ? Thrown.text("script", e)
                        : "circles: " + e.getMessage();
        return paint.red(Printable.of(words));
    }

    /// Why no answer came.
    String failure(RuntimeException e) {
        boolean unknown = e instanceof ConnectionLostException lost && lost.mayHaveBeenDone();
        String more = unknown ? "; whether the script has run is not known" : "";
        return paint.red(Printable.of("circles: " + e.getMessage() + more));
    }
}
