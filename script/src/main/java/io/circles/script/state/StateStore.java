package io.circles.script.state;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/// The state of one circle, in a SQLite file of its own: the only writer. Thread-safe.

public final class StateStore implements AutoCloseable {

    /// A store that opens its file when it is first needed, and closes it when it has not been used
    /// for a while.
    ///
    /// @param file made with its folder when something is first committed
    /// @param mostBytes what keys and values may take together
    /// @param writers platform threads on which commits are made; shared by many stores
    /// @param clock says how old runs and effects are
    /// @param committed is told of the effects of each commit, in their order, when they are
    ///     durable and before the commit returns; must not block
    public StateStore(
            Path file,
            long mostBytes,
            ScheduledExecutorService writers,
            InstantSource clock,
            Consumer<List<LoggedEffect>> committed) {
        throw new UnsupportedOperationException(
                "" + file + mostBytes + writers + clock + committed);
    }

    /// JDBC URL under which runs read it.
    public String url() {
        throw new UnsupportedOperationException();
    }

    /// Commits, if what was read still stands. Returns when it is durable; commits that wait at the
    /// same time are made together.
    ///
    /// @throws io.circles.protocol.CircleException [io.circles.protocol.ErrorCode#STATE] when the
    ///     state would be past its bound
    public CommitResult commit(Commit commit) throws InterruptedException {
        throw new UnsupportedOperationException(commit.toString());
    }

    /// The result that is kept of a run.
    public Optional<Commit.RunRecord> run(String id) throws InterruptedException {
        throw new UnsupportedOperationException(id);
    }

    /// Effects that are still kept, oldest first.
    ///
    /// @param after only those with a higher number
    /// @param limit at most so many
    public List<LoggedEffect> effects(long after, int limit) throws InterruptedException {
        throw new UnsupportedOperationException("" + after + limit);
    }

    /// Number of the last effect; 0 when there was none yet.
    public long lastEffect() throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    /// Waits for what is being committed, takes nothing new, and closes the file.
    @Override
    public void close() {}
}
