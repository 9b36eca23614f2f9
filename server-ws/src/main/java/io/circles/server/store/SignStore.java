package io.circles.server.store;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
    /// @param ended ids of what has ended, and the circle's handler was not told of
    /// @param lastEffect number of the last effect that was taken from the circle's log
    public record Left(
            List<SignRow> loose, List<AskingRow> open, List<String> ended, long lastEffect) {
        /// Nothing, as there is no file yet.
        static final Left NOTHING = new Left(List.of(), List.of(), List.of(), 0);

        public Left {
            loose = List.copyOf(loose);
            open = List.copyOf(open);
            ended = List.copyOf(ended);
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
                                        tables.sign().endedAskings(),
                                        tables.sign().lastEffect()));
        audit.added();
        return left;
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

    /// Scripts asked for these, up to an effect of the circle's log.
    ///
    /// @return those that are new: one that is there already is not made again
    public List<AskingRow> asked(List<AskingRow> askings, long lastEffect) {
        List<AskingRow> added =
                store.write(
                        (tables, now) -> {
                            List<AskingRow> fresh = new ArrayList<>();
                            for (AskingRow asking : askings) {
                                if (!tables.sign().has(asking.id())) {
                                    add(tables, asking, now);
                                    fresh.add(asking);
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
        for (SignRow row : asking.requests()) {
            tables.audit().add(row.fact(AuditEvent.REQUESTED, ""), now);
        }
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

    /// The circle's handler was run in vain.
    public void tried(String asking) {
        store.write(
                (tables, now) -> {
                    tables.sign().tried(asking);
                    return asking;
                });
    }

    /// The circle's handler was run, or will not be.
    public void done(String asking) {
        store.write(
                (tables, now) -> {
                    tables.sign().done(asking);
                    return asking;
                });
    }
}
