package io.circles.script.host;

import io.circles.protocol.ErrorCode;
import io.circles.protocol.Utf8;
import io.circles.script.Capability;
import io.circles.script.ScriptLimits;
import io.circles.script.state.StateView;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The state as a run may use it: counts what it does. Confined to the run's thread.
///
/// Every method takes the rights of the code that calls, and throws [HostException] where they do
/// not reach, or the key is none; past a limit [CircleException] [ErrorCode#STATE].
public final class StateAccess {
    /// The longest page of a listing.
    public static final int MOST_ENTRIES = 1_000;

    /// After all keys of the circle, and before all that come after those.
    private static final String LAST_CIRCLE_KEY =
            Rights.CIRCLE_KEYS + Character.toString(Character.MAX_CODE_POINT).repeat(126);

    private final StateView view;
    private final ScriptLimits limits;
    private long operations;
    private long bytes;

    /// @param view whoever opened it closes it
    public StateAccess(StateView view, ScriptLimits limits) {
        this.view = view;
        this.limits = limits;
    }

    /// The value of a key as JSON text; null when there is none.
    public @Nullable String get(Rights rights, String key) {
        rights.require(Capability.READ);
        rights.requireKey(key);
        count(1, Utf8.length(key));
        String value = valid(() -> view.get(key));
        count(0, value == null ? 0 : Utf8.length(value));
        return value;
    }

    /// Gives a key a value.
    ///
    /// @param value JSON text
    public void set(Rights rights, String key, String value) {
        rights.require(Capability.WRITE);
        rights.requireKey(key);
        count(1, Utf8.length(key) + Utf8.length(value));
        valid(
                () -> {
                    view.set(key, value);
                    return true;
                });
    }

    /// Takes a key away.
    ///
    /// @return whether it was there
    public boolean delete(Rights rights, String key) {
        rights.require(Capability.WRITE);
        rights.requireKey(key);
        count(1, Utf8.length(key));
        return Boolean.TRUE.equals(valid(() -> view.delete(key)));
    }

    /// The next entries whose key begins with a prefix, in the order of the keys' code points.
    ///
    /// @param after only keys after this one; null for all
    /// @param limit 1 to [#MOST_ENTRIES]
    public List<StateView.Entry> list(
            Rights rights, String prefix, @Nullable String after, int limit) {
        rights.require(Capability.READ);
        if (limit < 1 || limit > MOST_ENTRIES) {
            throw HostException.badArgument("limit is from 1 to " + MOST_ENTRIES);
        }
        rights.requireKey(prefix);
        count(1, Utf8.length(prefix));
        List<StateView.Entry> seen = new ArrayList<>();
        boolean all = rights.seesCircleKeys() || !Rights.CIRCLE_KEYS.startsWith(prefix);
        boolean met = page(prefix, after, limit, all, seen);
        if (met && seen.size() < limit) {
            String last = seen.isEmpty() ? "" : seen.getLast().key();
            boolean beyond = last.compareTo(Rights.CIRCLE_KEYS) > 0;
            page(prefix, beyond ? last : LAST_CIRCLE_KEY, limit - seen.size(), all, seen);
        }
        return seen;
    }

    /// Adds a page of what may be seen, counting as it comes.
    ///
    /// @return whether keys of the circle were passed over
    private boolean page(
            String prefix,
            @Nullable String after,
            int limit,
            boolean all,
            List<StateView.Entry> seen) {
        AtomicBoolean met = new AtomicBoolean();
        Consumer<StateView.Entry> take =
                entry -> {
                    count(1, Utf8.length(entry.key()) + Utf8.length(entry.value()));
                    if (all || !entry.key().startsWith(Rights.CIRCLE_KEYS)) {
                        seen.add(entry);
                    } else {
                        met.set(true);
                    }
                };
        valid(
                () -> {
                    view.list(prefix, after, limit, take);
                    return true;
                });
        return met.get();
    }

    private void count(long moreOperations, long moreBytes) {
        operations += moreOperations;
        bytes += moreBytes;
        if (operations > limits.stateOperations()) {
            throw ScriptLimits.exceeded(
                    ErrorCode.STATE, limits.stateOperations(), operations, "uses of state");
        }
        if (bytes > limits.stateBytes()) {
            throw ScriptLimits.exceeded(
                    ErrorCode.STATE, limits.stateBytes(), bytes, "bytes of state");
        }
    }

    private interface Use<T extends @Nullable Object> {
        T run();
    }

    private static <T extends @Nullable Object> T valid(Use<T> use) {
        try {
            return use.run();
        } catch (IllegalArgumentException e) {
            throw HostException.badArgument(String.valueOf(e.getMessage()));
        } catch (IllegalStateException e) {
            throw HostException.of("Error", String.valueOf(e.getMessage()));
        }
    }
}
