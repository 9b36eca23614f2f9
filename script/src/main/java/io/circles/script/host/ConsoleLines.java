package io.circles.script.host;

import io.circles.protocol.CircleApi;
import io.circles.protocol.Json;
import io.circles.protocol.Utf8;
import io.circles.script.ScriptLimits;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Keeps what a run writes to its console, up to its limits and without the circle's secrets.
/// Confined to the run's thread.
public final class ConsoleLines {
    private static final String REDACTED = "[secret]";

    private final ScriptLimits limits;
    private final Collection<String> secrets;
    private @Nullable List<String> hidden;
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
        for (String secret : hidden()) {
            clean = clean.replace(secret, REDACTED);
        }
        return clean;
    }

    /// The longest first, because one may be part of another.
    private List<String> hidden() {
        if (hidden == null) {
            hidden =
                    secrets.stream()
                            .filter(secret -> !secret.isEmpty())
                            .flatMap(secret -> Stream.of(secret, inJson(secret)))
                            .distinct()
                            .sorted(Comparator.comparingInt(String::length).reversed())
                            .toList();
        }
        return hidden;
    }

    /// As it stands in an object that is shown.
    private static String inJson(String secret) {
        String quoted = Json.write(Json.text(secret));
        return quoted.substring(1, quoted.length() - 1);
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
