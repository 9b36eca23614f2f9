package io.circles.server.store;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What is kept of requests to sign, each change with its entry in the audit. Thread-safe; blocks
/// as [ServerStore] does, but for what ends in `Later`.
public final class SignStore {
    private final ServerStore store;
    private final AuditLog audit;

    /// @param audit is told when something was added to it
    public SignStore(ServerStore store, AuditLog audit) {
        this.store = store;
        this.audit = audit;
    }

    /// Everything that was not done when the server ended.
    ///
    /// @param loose requests that end with the server
    /// @param open what scripts have asked for and has not ended
    /// @param lastEffect number of the last effect that was taken from the circle's log
    public record Left(List<SignRow> loose, List<AskingRow> open, long lastEffect) {
        /// Nothing, as there is no file yet.
        static final Left NOTHING = new Left(List.of(), List.of(), 0);

        public Left {
            loose = List.copyOf(loose);
            open = List.copyOf(open);
        }
    }

    /// What the circle's handler is to be told now, and was not told yet.
    ///
    /// @param most looks at so many
    public Due due(int most) {
        return store.isThere()
                ? store.write((tables, now) -> tables.sign().due(now, most))
                : Due.NOTHING;
    }

    /// The pauses between tries end with the server.
    public void allDue() {
        if (store.isThere()) {
            store.write(
                    (tables, now) -> {
                        tables.sign().allDue();
                        return now;
                    });
        }
    }

    /// What was left when the server ended.
    public Left left() {
        if (!store.isThere()) {
            return Left.NOTHING;
        }
        Left left =
                store.write(
                        (tables, now) ->
                                new Left(
                                        tables.sign().loose(),
                                        tables.sign().openAskings(),
                                        tables.sign().lastEffect()));
        audit.added();
        return left;
    }

    /// The name by which this server takes effects from a log that others share: always the same
    /// one, and no other server's.
    public String taker() {
        return store.write((tables, now) -> tables.sign().taker());
    }

    /// Whether something that a script asked for is still known here, be it open or not.
    public boolean has(String asking) {
        return store.isThere() && store.write((tables, now) -> tables.sign().has(asking));
    }

    /// What a script asked for, if it is still known.
    public Optional<AskingRow> asking(String id) {
        return store.write((tables, now) -> tables.sign().asking(id));
    }

    /// A request that belongs to no asking was made; returns at once.
    public Writing<SignRow> requested(SignRow request) {
        Writing<SignRow> writing =
                store.writing(
                        (tables, now) -> {
                            tables.sign().add(request);
                            tables.audit().add(request.fact(AuditEvent.REQUESTED, ""), now);
                            return request;
                        });
        audit.added();
        return writing;
    }

    /// Everything up to an effect of the circle's log is done.
    public void dispatched(long lastEffect) {
        store.write(
                (tables, now) -> {
                    tables.sign().lastEffect(lastEffect);
                    return lastEffect;
                });
    }

    /// Scripts asked for these, up to an effect of the circle's log. Some may have ended already,
    /// as a whole or some of their requests: these were refused.
    ///
    /// @return ids of those that are new: one that is there already is not made again
    public Set<String> asked(List<AskingRow> askings, long lastEffect) {
        Set<String> added =
                store.write(
                        (tables, now) -> {
                            Set<String> fresh = new HashSet<>();
                            for (AskingRow asking : askings) {
                                if (!tables.sign().has(asking.id())) {
                                    add(tables, asking, now);
                                    fresh.add(asking.id());
                                }
                            }
                            tables.sign().lastEffect(lastEffect);
                            return fresh;
                        });
        audit.added();
        return added;
    }

    private static void add(Tables tables, AskingRow asking, Instant now) throws SQLException {
        tables.sign().add(asking);
        if (asking.end().isPresent()) {
            addRefused(tables, asking, asking.end().get(), now);
            return;
        }
        for (SignRow row : asking.requests()) {
            if (row.end().isPresent()) {
                refuse(tables, row, row.end().get(), now);
            } else {
                tables.audit().add(row.fact(AuditEvent.REQUESTED, ""), now);
            }
        }
    }

    private static void refuse(Tables tables, SignRow row, SignRow.End end, Instant now)
            throws SQLException {
        tables.audit().add(row.fact(end.event(), end.verdict()), now);
        tables.sign().end(row, end, tables.audit().number());
    }

    /// One entry for all of its requests, that of the first one that is to blame.
    private static void addRefused(Tables tables, AskingRow asking, AskingRow.End end, Instant now)
            throws SQLException {
        boolean audited = false;
        for (SignRow row : asking.requests()) {
            SignRow.End how = row.end().orElseThrow();
            if (!audited && how.event() == AuditEvent.FAILED) {
                tables.audit().add(row.fact(how.event(), how.verdict()), now);
                audited = true;
            }
        }
        for (SignRow row : asking.requests()) {
            tables.sign().end(row, row.end().orElseThrow(), tables.audit().number());
        }
        tables.sign().endAsking(asking.id(), end);
    }

    /// A request was handed to a device for the first time.
    public void deliveredLater(SignRow request) {
        store.writeLater(
                (tables, now) -> {
                    if (tables.sign().delivered(request.id())) {
                        tables.audit().add(request.fact(AuditEvent.DELIVERED, ""), now);
                    }
                    return request;
                });
        audit.added();
    }

    /// Requests end, and perhaps with them what a script asked for; returns at once. What becomes
    /// of it is decided when it is written, in the order of the calls.
    public Writing<SignEnds> ending(List<SignRow> requests, SignRow.End end) {
        return ending(
                each -> {
                    for (SignRow request : requests) {
                        each.end(request, end);
                    }
                });
    }

    /// What a script asked for is withdrawn, if it has not ended; returns at once.
    public Writing<SignEnds> withdrawing(String asking) {
        return ending(each -> each.withdraw(asking));
    }

    @FunctionalInterface
    private interface Ender {
        void on(SignEnding ending) throws SQLException;
    }

    private Writing<SignEnds> ending(Ender ender) {
        Writing<SignEnds> writing =
                store.writing(
                        (tables, now) -> {
                            SignEnding ending = new SignEnding(tables, now);
                            ender.on(ending);
                            tables.sign().purge(now);
                            return ending.ends();
                        });
        audit.added();
        return writing;
    }

    /// A device answered a request that had ended.
    ///
    /// @param answer what it was
    public void lateLater(SignRow request, String answer) {
        store.writeLater(
                (tables, now) -> {
                    tables.audit().add(request.fact(AuditEvent.LATE, answer), now);
                    return request;
                });
        audit.added();
    }

    /// The circle's handler was told in vain.
    ///
    /// @param failed whether it was the handler that failed
    /// @param pause after this it is due again
    public void tried(String asking, boolean failed, Duration pause) {
        store.write(
                (tables, now) -> {
                    tables.sign().tried(asking, failed, now.plus(pause));
                    return asking;
                });
    }

    /// The circle's handler has failed too often: it will not be told.
    public void givenUp(String asking) {
        store.write(
                (tables, now) -> {
                    tables.sign().givenUp(asking);
                    return asking;
                });
    }

    /// The circle's handler was told.
    public void done(String asking) {
        store.write(
                (tables, now) -> {
                    tables.sign().done(asking);
                    return asking;
                });
    }
}
