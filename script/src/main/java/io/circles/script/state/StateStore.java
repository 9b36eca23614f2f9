package io.circles.script.state;

import io.circles.protocol.CircleException;
import io.circles.script.state.Request.Asking;
import io.circles.script.state.Request.Closing;
import io.circles.script.state.Request.Committing;
import io.circles.script.state.Request.Question;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The state of one circle. In a SQLite file of its own it is the only writer; the file is opened
/// when it is first needed, and closed when it was not used for half a minute. In a
/// [SharedDatabase] other servers may write the same state beside it.
///
/// Thread-safe. Callers may be virtual threads: the lane hands everything that touches the state
/// to one of the writers' threads at a time, and the caller waits without holding its carrier. An
/// interrupt ends the wait; whether a commit that had begun was made, its run's id tells. What
/// cannot be read or written is a [CircleException]: [ErrorCode#STATE_UNAVAILABLE] where a shared
/// database is out of reach, and else [ErrorCode#INTERNAL_ERROR]; the cause is in the log.
public final class StateStore implements AutoCloseable {
    /// How many occasions are remembered: the last ones, whatever their age.
    public static final int MOST_OCCASIONS = 100_000;

    private static final Logger LOG = LoggerFactory.getLogger(StateStore.class);
    private static final Duration UNUSED = Duration.ofSeconds(30);
    private static final Duration CLOSING = Duration.ofSeconds(10);

    private final StateHome home;
    private final ScheduledExecutorService writers;
    private final InstantSource clock;
    private final Duration unused;
    private final GroupCommit groups;
    private final Lane<Request> lane;
    private final AtomicLong seen = new AtomicLong();

    /// Touched by the lane only, and by its timer while no other is set.
    private boolean closingLater;

    /// A store that opens its file when it is first needed, and closes it when it has not been
    /// used for a while.
    ///
    /// @param file made with its folder when something is first committed
    /// @param mostBytes what keys, values and kept results may take together, in UTF-8; results
    ///     at most a quarter of it
    /// @param writers platform threads on which commits are made; shared by many stores
    /// @param clock says how old runs and effects are
    /// @param committed is told of the effects of each group of commits, in their order, when
    ///     they are durable and before the commits return; must not block
    public StateStore(
            Path file,
            long mostBytes,
            ScheduledExecutorService writers,
            InstantSource clock,
            Consumer<List<LoggedEffect>> committed) {
        this(file, mostBytes, writers, clock, committed, UNUSED);
    }

    /// @param unused after this time the file is closed
    StateStore(
            Path file,
            long mostBytes,
            ScheduledExecutorService writers,
            InstantSource clock,
            Consumer<List<LoggedEffect>> committed,
            Duration unused) {
        this(new StateFile(file, mostBytes), writers, clock, committed, unused);
    }

    StateStore(
            StateHome home,
            ScheduledExecutorService writers,
            InstantSource clock,
            Consumer<List<LoggedEffect>> committed) {
        this(home, writers, clock, committed, UNUSED);
    }

    private StateStore(
            StateHome home,
            ScheduledExecutorService writers,
            InstantSource clock,
            Consumer<List<LoggedEffect>> committed,
            Duration unused) {
        this.home = home;
        this.writers = writers;
        this.clock = clock;
        this.unused = unused;
        this.groups = new GroupCommit(home, clock, committed);
        this.lane = new Lane<>(writers, this::handle);
    }

    /// JDBC URL of a state in that file, whoever has it open.
    public static String url(Path file) {
        return Database.url(file);
    }

    /// JDBC URL under which runs read it. That of a shared database has the password in it: it is
    /// told to those who run scripts, and never logged.
    public String url() {
        return home.url();
    }

    /// Commits, if what was read still stands. Returns when it is durable; commits that wait at
    /// the same time are made together. The run's id is recorded whatever the commit has in it. An
    /// interrupt ends the wait for others, after which nothing is committed, and not the commit:
    /// its caller has to know what came of it, and is interrupted when this returns.
    ///
    /// @throws CircleException [ErrorCode#STATE] when the state would be past its bound,
    ///     [ErrorCode#BUSY] when too many wait, or too many effects that are to be handled;
    ///     nothing of it was committed then
    /// @throws IllegalArgumentException if it writes a key that is none
    public CommitResult commit(Commit commit) throws InterruptedException {
        commit.transaction().writes().forEach(write -> Keys.check(write.key()));
        CompletableFuture<CommitResult> answer = new CompletableFuture<>();
        CommitResult result = await(new Committing(commit, answer), answer);
        if (result instanceof CommitResult.Committed committed) {
            seen.accumulateAndGet(committed.version(), Math::max);
        }
        return result;
    }

    /// The version of the state that was seen here last, by a commit or a question; 0 before.
    /// Whoever begins to read the state from now on sees that or a later one, unless a database has
    /// lost what it had committed: [#version()] tells. Does not block.
    public long seenVersion() {
        return seen.get();
    }

    /// The version of the state; 0 while nothing was written.
    public long version() throws InterruptedException {
        return ask(writer -> writer == null ? 0L : writer.version());
    }

    /// The result that is kept of a run: of a commit with a result, for 24 hours.
    public Optional<Commit.RunRecord> run(String id) throws InterruptedException {
        return ask(writer -> writer == null ? Optional.empty() : writer.run(id, home.now(clock)));
    }

    /// Effects that are still kept, oldest first: of the last ten minutes, and at most the last
    /// thousand.
    ///
    /// @param after only those with a higher number
    /// @param limit at most so many, and fewer when they are big; none means that there are no
    ///     more
    public List<LoggedEffect> effects(long after, int limit) throws InterruptedException {
        return ask(
                writer ->
                        writer == null ? List.of() : writer.effects(after, limit, home.now(clock)));
    }

    /// Lasting effects that were not handled yet, oldest first, whatever their age.
    ///
    /// @param after only those with a higher number
    /// @param limit at most so many, and fewer when they are big; none means that there are no
    ///     more
    public List<LoggedEffect> unhandled(long after, int limit) throws InterruptedException {
        return ask(writer -> writer == null ? List.of() : writer.unhandled(after, limit));
    }

    /// Takes lasting effects of a kind, so that no other server is given them, and tells which of
    /// the other kinds there are; oldest first, whatever their age. What was taken before and is
    /// not handled yet is told again. It waits for commits that are being made, also those of
    /// which nobody knows whether they will be.
    ///
    /// @param taker names whoever takes them, always by the same name
    /// @param after only those with a higher number
    /// @param limit at most so many, and fewer when they are big; none means that there are no
    ///     more
    public List<LoggedEffect> take(String taker, String kind, long after, int limit)
            throws InterruptedException {
        return ask(
                true,
                writer -> writer == null ? List.of() : writer.take(taker, kind, after, limit));
    }

    /// Says that lasting effects are handled: they are not kept any longer for that. Returns when
    /// it is durable.
    ///
    /// @param numbers theirs; those that nobody has any more do no harm
    public void handled(List<Long> numbers) throws InterruptedException {
        List<Long> all = List.copyOf(numbers);
        if (all.isEmpty()) {
            return;
        }
        var _ =
                ask(
                        true,
                        writer -> {
                            if (writer != null) {
                                writer.handled(all);
                            }
                            return all;
                        });
    }

    /// Whether other servers may write the state, too.
    public boolean isShared() {
        return home.isShared();
    }

    /// Whether something was committed of an occasion, and it is among the last
    /// [#MOST_OCCASIONS].
    public boolean hasOccasion(String id) throws InterruptedException {
        return ask(writer -> writer != null && writer.hasOccasion(id));
    }

    /// Number of the last effect, kept or not; 0 when there was none yet.
    public long lastEffect() throws InterruptedException {
        return ask(writer -> writer == null ? 0L : writer.lastEffect());
    }

    private <T> T ask(Question<T> question) throws InterruptedException {
        return ask(false, question);
    }

    private <T> T ask(boolean writes, Question<T> question) throws InterruptedException {
        CompletableFuture<T> answer = new CompletableFuture<>();
        return await(new Asking<>(writes, question, answer), answer);
    }

    private <T> T await(Request request, CompletableFuture<T> answer) throws InterruptedException {
        lane.add(request);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return answer.get();
                } catch (InterruptedException e) {
                    if (lane.remove(request) || !(request instanceof Committing)) {
                        throw e;
                    }
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CircleException told) {
                throw told;
            }
            throw new IllegalStateException("A state's request failed", e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void handle(List<Request> group) {
        List<Committing> commits = new ArrayList<>();
        for (Request request : group) {
            if (request instanceof Committing commit) {
                commits.add(commit);
            }
        }
        if (!commits.isEmpty()) {
            groups.make(commits);
        }
        for (Request request : group) {
            switch (request) {
                case Committing _ -> {}
                case Asking<?> asking -> answer(asking);
                case Closing _ -> closeUnused();
            }
        }
        home.rest();
        if (home.isOpen() && !closingLater) {
            closeLater(unused.toNanos());
        }
    }

    private <T> void answer(Asking<T> asking) {
        for (int tries = 1; !asking.answer().isDone(); tries++) {
            try {
                Writer writer = asking.writes() ? home.openIfThere() : home.openToRead();
                seen.set(writer == null ? 0 : writer.version());
                asking.answer().complete(asking.question().ask(writer));
            } catch (SQLException e) {
                home.close();
                if (!home.failed(e, tries)) {
                    asking.answer().completeExceptionally(StateFailure.of(home.name(), e));
                }
            }
        }
    }

    private void closeUnused() {
        closingLater = false;
        long left = unused.toNanos() - home.unusedNanos();
        if (left <= 0) {
            home.close();
        } else if (home.isOpen()) {
            closeLater(left);
        }
    }

    private void closeLater(long nanos) {
        closingLater = true;
        try {
            var _ = writers.schedule(this::askToClose, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.atDebug().addKeyValue("state", home.name()).log("Stays open until it is closed");
        }
    }

    private void askToClose() {
        try {
            lane.add(new Closing(new CompletableFuture<>()));
        } catch (CircleException busy) {
            closeLater(unused.toNanos());
        } catch (IllegalStateException closed) {
            LOG.atTrace().addKeyValue("state", home.name()).log("Is closed already");
        }
    }

    /// Waits for what is being committed, at most ten seconds, takes nothing new, and closes the
    /// file or gives its connection back.
    @Override
    public void close() {
        if (!lane.close(CLOSING)) {
            LOG.atWarn().addKeyValue("state", home.name()).log("A state is still being written");
            return;
        }
        try {
            CompletableFuture.runAsync(home::close, writers).join();
        } catch (RejectedExecutionException e) {
            home.close();
        }
    }
}
