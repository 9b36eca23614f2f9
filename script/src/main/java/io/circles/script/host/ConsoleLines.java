package io.circles.script.host;

import io.circles.protocol.CircleApi;
import io.circles.protocol.Utf8;
import io.circles.script.ScriptLimits;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Keeps what a run writes to its console, up to its limits and without the circle's secrets.
/// Confined to the run's thread.
public final class ConsoleLines {
    private static final String REDACTED = "[secret]";

    private final ScriptLimits limits;
    private final Collection<String> secrets;
    private final List<CircleApi.LogLine> lines = new ArrayList<>();
    private long bytes;
    private boolean full;

    /// @param secrets texts that never stand in a line
    public ConsoleLines(ScriptLimits limits, Collection<String> secrets) {
        this.limits = limits;
        this.secrets = secrets;
    }

    /// Keeps a line, if there is room.
    ///
    /// @return whether there is room for more
    public boolean write(String level, String text) {
        String clean = Utf8.wellFormed(redacted(text));
        bytes += Utf8.length(clean);
        full = full || lines.size() == limits.logLines() || bytes > limits.outputBytes();
        if (!full) {
            lines.add(new CircleApi.LogLine(level, clean));
        }
        return !full;
    }

    private String redacted(String text) {
        String clean = text;
        for (String secret : secrets) {
            clean = secret.isEmpty() ? clean : clean.replace(secret, REDACTED);
        }
        return clean;
    }

    /// The lines so far, and a last one if some are missing.
    public List<CircleApi.LogLine> lines() {
        List<CircleApi.LogLine> all = new ArrayList<>(lines);
        if (full) {
            all.add(
                    new CircleApi.LogLine(
                            "warn",
                            "further lines were dropped: a run keeps %d lines and %d bytes"
                                    .formatted(limits.logLines(), limits.outputBytes())));
        }
        return all;
    }
}
