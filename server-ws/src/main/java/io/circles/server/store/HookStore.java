package io.circles.server.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.circles.protocol.crypto.Digest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// What is kept of webhooks. Thread-safe; blocks as [ServerStore] does.
public final class HookStore {
    private final ServerStore store;
    private final long bound;

    /// @param bound the bytes that all events may take
    public HookStore(ServerStore store, long bound) {
        this.store = store;
        this.bound = bound;
    }

    /// What became of an event that came.
    public enum Kept {
        /// It is durable.
        NEW,
        /// It came before.
        KNOWN,
        /// There is no room for it.
        NO_ROOM
    }

    /// Keeps an event, unless it came before.
    ///
    /// @param forEver whether it is known for ever that it came, and not only for 90 days
    public Kept keep(String provider, HookEvent event, boolean forEver) {
        byte[] identity = Digest.sha256(event.id().getBytes(UTF_8));
        return store.write(
                (tables, now) -> {
                    HookTable hooks = tables.hooks();
                    if (hooks.wasSeen(provider, identity)) {
                        return Kept.KNOWN;
                    }
                    hooks.purge(now);
                    if (!hooks.makeRoom(event.size(), bound)) {
                        return Kept.NO_ROOM;
                    }
                    hooks.see(provider, identity, forEver, now);
                    hooks.add(provider, event, now);
                    return Kept.NEW;
                });
    }

    /// Names an event in its circle, also when this store is lost and it comes again: then it is
    /// known for as long as the circle's state knows what it has handled, which is the newest only.
    public static String occasion(HookRow row) {
        byte[] identity = Digest.sha256(row.event().id().getBytes(UTF_8));
        return "webhook/" + row.provider() + "/" + HexFormat.of().formatHex(identity);
    }

    /// Drops some of what is kept no longer.
    public void purge() {
        if (store.isThere()) {
            store.write(
                    (tables, now) -> {
                        tables.hooks().purge(now);
                        return now;
                    });
        }
    }

    /// What is to be handled now.
    ///
    /// @param most looks at so many
    public Due due(int most) {
        return store.isThere()
                ? store.write((tables, now) -> tables.hooks().due(now, most))
                : Due.NOTHING;
    }

    /// An event, if it is still there.
    public Optional<HookRow> find(long number) {
        return store.isThere()
                ? store.write((tables, now) -> tables.hooks().find(number))
                : Optional.empty();
    }

    /// Events without what they say, the newest first.
    ///
    /// @param before only those with a smaller number
    /// @param most so many
    public List<HookRow> list(
            long before, Optional<String> provider, Optional<HookState> state, int most) {
        return store.isThere()
                ? store.write((tables, now) -> tables.hooks().list(before, provider, state, most))
                : List.of();
    }

    /// The handler was run in vain.
    ///
    /// @param failed whether it was the handler that failed
    /// @param pause after this the event is due again
    /// @param error what went wrong
    public void tried(HookRow row, boolean failed, Duration pause, String error) {
        store.write(
                (tables, now) -> {
                    tables.hooks().tried(row.number(), failed, now.plus(pause), error);
                    return row;
                });
    }

    /// It was handled, or will not be.
    ///
    /// @param error what the handler failed with the last time, if it did
    /// @return whether another event has its turn now
    public boolean end(HookRow row, HookState state, Optional<String> error) {
        return store.write(
                (tables, now) -> tables.hooks().end(row, state, error.orElse(null), now));
    }

    /// Lets a dead or unhandled event be handled again.
    ///
    /// @return false when there is none of that number, or it is neither
    public boolean replay(long number) {
        return store.isThere()
                && store.write(
                        (tables, now) -> {
                            Optional<HookRow> row = tables.hooks().find(number);
                            return row.isPresent() && tables.hooks().again(row.get());
                        });
    }

    /// Drops an event, whatever became of it; it stays known.
    ///
    /// @return false when there is none of that number
    public boolean discard(long number) {
        return store.isThere()
                && store.write(
                        (tables, now) -> {
                            Optional<HookRow> row = tables.hooks().find(number);
                            if (row.isPresent()) {
                                tables.hooks().drop(row.get());
                            }
                            return row.isPresent();
                        });
    }
}
