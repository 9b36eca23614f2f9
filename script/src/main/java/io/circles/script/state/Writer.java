package io.circles.script.state;

import io.circles.protocol.CircleException;
import io.circles.script.state.Commit.NewEffect;
import io.circles.script.state.Commit.RunRecord;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A state that is open to be written, with the one transaction in which a group of commits is
/// made. Used by one thread at a time. After any [SQLException] it is not to be used again: its
/// totals may be ahead of the database.
final class Writer implements AutoCloseable {
    private final Connection connection;
    private final Ledger ledger;
    private final EntryTable entries;
    private final RunTable runs;
    private final EffectTable effects;
    private final UnhandledTable unhandled;
    private final OccasionTable occasions;
    private final List<LoggedEffect> uncommitted = new ArrayList<>();

    /// Reads what stands there; nobody else may write it as long as this is used.
    ///
    Writer(Connection connection, Dialect dialect, long mostBytes) throws SQLException {
        this.connection = connection;
        this.ledger = new Ledger(connection, mostBytes);
        this.entries = new EntryTable(connection, dialect.putEntry());
        this.runs = new RunTable(connection, ledger);
        this.effects = new EffectTable(connection, ledger);
        this.unhandled = new UnhandledTable(connection, dialect, ledger);
        this.occasions = new OccasionTable(connection);
    }

    /// Number of the last commit that wrote entries.
    long version() {
        return ledger.version();
    }

    /// Adds a commit to the group, wholly or not at all. It counts when [#commit] has returned.
    ///
    /// @throws CircleException if there is no room for it
    CommitResult add(Commit commit, Instant now) throws SQLException {
        RunTable.Known known = runs.find(commit.runId());
        if (known != null && !known.isExpired(now)) {
            return new CommitResult.Known(known.result());
        }
        if (commit.occasion().isPresent() && occasions.has(commit.occasion().get())) {
            return new CommitResult.Known(Optional.empty());
        }
        String changed = changed(commit.transaction());
        if (changed != null) {
            return new CommitResult.Conflict(changed);
        }
        long growth = entries.growth(commit.transaction().writes());
        ledger.check(growth, RunTable.bytes(commit));
        unhandled.check(commit.effects());
        return apply(commit, growth, known, now);
    }

    /// Nothing can have changed when the run saw what is there now.
    private @Nullable String changed(Transaction transaction) throws SQLException {
        return transaction.snapshot() == ledger.version() ? null : entries.changed(transaction);
    }

    private CommitResult apply(
            Commit commit, long growth, RunTable.@Nullable Known expired, Instant now)
            throws SQLException {
        if (expired != null) {
            runs.forget(commit.runId(), expired.bytes());
        }
        if (!commit.transaction().writes().isEmpty()) {
            entries.write(commit.transaction().writes(), ledger.wrote(growth));
        }
        runs.add(commit, now);
        if (commit.occasion().isPresent()) {
            occasions.add(commit.occasion().get());
        }
        long firstEffect = ledger.lastEffect() + (commit.effects().isEmpty() ? 0 : 1);
        for (NewEffect effect : commit.effects()) {
            log(commit.runId(), effect, now);
        }
        return new CommitResult.Committed(ledger.version(), firstEffect);
    }

    private void log(String runId, NewEffect effect, Instant now) throws SQLException {
        LoggedEffect logged = effects.add(runId, effect, now);
        uncommitted.add(logged);
        if (effect.lasting()) {
            unhandled.add(logged);
        }
    }

    /// Drops a bounded part of what is kept no longer.
    void purge(Instant now) throws SQLException {
        runs.purge(now);
    }

    /// Writes down what the group comes to; only [#commit] is left to do.
    void finish(Instant now) throws SQLException {
        entries.flush();
        runs.flush();
        effects.flush();
        unhandled.flush();
        effects.prune(uncommitted.size(), now);
        ledger.save();
    }

    /// Makes the group durable.
    void commit() throws SQLException {
        connection.commit();
    }

    /// The effects of the group, which is durable; the next group has none yet.
    List<LoggedEffect> takeEffects() {
        List<LoggedEffect> committed = List.copyOf(uncommitted);
        uncommitted.clear();
        return committed;
    }

    /// The result that is kept of a run.
    Optional<RunRecord> run(String id, Instant now) throws SQLException {
        RunTable.Known known = runs.find(id);
        connection.rollback();
        return known == null || known.isExpired(now) ? Optional.empty() : known.result();
    }

    List<LoggedEffect> effects(long after, int limit, Instant now) throws SQLException {
        List<LoggedEffect> found = effects.after(after, limit, now);
        connection.rollback();
        return found;
    }

    List<LoggedEffect> unhandled(long after, int limit) throws SQLException {
        List<LoggedEffect> found = unhandled.after(after, limit);
        connection.rollback();
        return found;
    }

    /// Takes effects, in a transaction of its own.
    List<LoggedEffect> take(String taker, String kind, long after, int limit) throws SQLException {
        List<LoggedEffect> found = unhandled.take(taker, kind, after, limit);
        connection.commit();
        return found;
    }

    /// Forgets effects that were handled, in a transaction of its own.
    void handled(List<Long> numbers) throws SQLException {
        unhandled.handled(numbers);
        ledger.save();
        connection.commit();
    }

    boolean hasOccasion(String id) throws SQLException {
        boolean found = occasions.has(id);
        connection.rollback();
        return found;
    }

    long lastEffect() {
        return ledger.lastEffect();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
