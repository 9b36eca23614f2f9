package io.circles.script.host;

import io.circles.protocol.ErrorCode;
import io.circles.protocol.Utf8;
import io.circles.script.Capability;
import io.circles.script.Effect;
import io.circles.script.ScriptLimits;
import java.util.ArrayList;
import java.util.List;

/// What a run asks of its server, in order. Confined to the run's thread.
public final class Effects {
    /// The longest topic, in characters.
    public static final int LONGEST_TOPIC = 256;

    private final ScriptLimits limits;
    private final List<Effect> effects = new ArrayList<>();
    private long bytes;

    public Effects(ScriptLimits limits) {
        this.limits = limits;
    }

    /// Publishes an event.
    ///
    /// @param data JSON text
    /// @throws HostException if the code may not, or the topic is none
    /// @throws io.circles.protocol.CircleException [ErrorCode#EFFECTS] past a limit
    public void publish(Rights rights, String topic, String data) {
        rights.require(Capability.WRITE);
        int length = topic.codePointCount(0, topic.length());
        if (length < 1 || length > LONGEST_TOPIC) {
            throw HostException.badArgument(
                    "a topic has 1 to " + LONGEST_TOPIC + " characters, not " + length);
        }
        add(
                new Effect.Publish(Utf8.wellFormed(topic), data),
                Utf8.length(topic) + Utf8.length(data));
    }

    /// Notes an effect.
    ///
    /// @param size what it takes, in bytes
    /// @throws io.circles.protocol.CircleException [ErrorCode#EFFECTS] past a limit
    void add(Effect effect, long size) {
        bytes += size;
        if (effects.size() >= limits.effects()) {
            throw ScriptLimits.exceeded(
                    ErrorCode.EFFECTS, limits.effects(), effects.size() + 1L, "effects");
        }
        if (bytes > limits.effectBytes()) {
            throw ScriptLimits.exceeded(
                    ErrorCode.EFFECTS, limits.effectBytes(), bytes, "bytes of effects");
        }
        effects.add(effect);
    }

    /// How many there are.
    public int size() {
        return effects.size();
    }

    /// Takes back those that came after the first so many.
    public void rollbackTo(int size) {
        effects.subList(size, effects.size()).clear();
    }

    /// All of them.
    public List<Effect> all() {
        return List.copyOf(effects);
    }
}
