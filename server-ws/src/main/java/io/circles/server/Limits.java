package io.circles.server;

import io.circles.script.ScriptLimits;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/// The bounds of one circle. Immutable.
public final class Limits {
    /// Every limit at its default.
    public static final Limits DEFAULTS = new Limits(Map.of());

    private final EnumMap<Limit, Long> changed = new EnumMap<>(Limit.class);

    private Limits(Map<Limit, Long> changed) {
        this.changed.putAll(changed);
    }

    /// The same limits, but for one.
    ///
    /// @param value in the limit's [Limit#unit()]
    /// @throws IllegalArgumentException if it is out of the limit's range
    public Limits with(Limit limit, long value) {
        if (value < limit.least() || value > limit.most()) {
            throw new IllegalArgumentException(
                    "%s is from %d to %d, not %d"
                            .formatted(limit.word(), limit.least(), limit.most(), value));
        }
        Limits more = new Limits(changed);
        more.changed.put(limit, value);
        return more;
    }

    /// The limit's value in its unit.
    public long get(Limit limit) {
        return changed.getOrDefault(limit, limit.byDefault());
    }

    /// The value of a limit whose range fits an `int`.
    public int count(Limit limit) {
        return Math.toIntExact(get(limit));
    }

    /// The value of a limit in milliseconds.
    public Duration time(Limit limit) {
        return Duration.ofMillis(get(limit));
    }

    /// What one run may use.
    public ScriptLimits script() {
        return ScriptLimits.DEFAULTS.toBuilder()
                .wallMs(get(Limit.WALL_MS))
                .cpuMs(get(Limit.CPU_MS))
                .memoryBytes(get(Limit.MEMORY))
                .statements(get(Limit.STATEMENTS))
                .sourceBytes(get(Limit.SOURCE))
                .argumentBytes(get(Limit.ARGUMENTS))
                .outputBytes(get(Limit.OUTPUT))
                .logLines(count(Limit.LOG_LINES))
                .stateOperations(count(Limit.STATE_OPERATIONS))
                .stateBytes(get(Limit.STATE_BYTES))
                .effects(count(Limit.EFFECTS))
                .effectBytes(get(Limit.EFFECT_BYTES))
                .httpRequests(count(Limit.HTTP_REQUESTS))
                .httpBytes(get(Limit.HTTP_BYTES))
                .build();
    }
}
