package io.circles.script.engine;

import io.circles.protocol.CircleApi;
import io.circles.protocol.Utf8;
import io.circles.script.ScriptLimits;
import java.util.ArrayList;
import java.util.List;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;

/// Keeps what a script writes to its console, up to its limits. The one object of the host that the
/// prelude has; called with a level and a text, it says whether there is room for more. Confined to
/// the script's thread.
final class ConsoleLines implements ProxyExecutable {
    private final ScriptLimits limits;
    private final List<CircleApi.LogLine> lines = new ArrayList<>();
    private long bytes;
    private boolean full;

    ConsoleLines(ScriptLimits limits) {
        this.limits = limits;
    }

    @Override
    public Object execute(Value... levelAndText) {
        String text = Utf8.wellFormed(levelAndText[1].asString());
        bytes += Utf8.length(text);
        full = full || lines.size() == limits.logLines() || bytes > limits.outputBytes();
        if (!full) {
            lines.add(new CircleApi.LogLine(levelAndText[0].asString(), text));
        }
        return !full;
    }

    /// The lines so far, and a last one if some are missing.
    List<CircleApi.LogLine> lines() {
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
