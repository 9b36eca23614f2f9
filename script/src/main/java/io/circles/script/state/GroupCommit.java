package io.circles.script.state;

import io.circles.protocol.CircleException;
import io.circles.script.state.Request.Committing;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the commits of a group in one transaction, so that all of them wait for the disk only
/// once; each as if it came alone, one after the other. Used by one thread at a time.
final class GroupCommit {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    private final StateHome home;
    private final InstantSource clock;
    private final Consumer<List<LoggedEffect>> committed;

    GroupCommit(StateHome home, InstantSource clock, Consumer<List<LoggedEffect>> committed) {
        this.home = home;
        this.clock = clock;
        this.committed = committed;
    }

    /// What is durable.
    ///
    /// @param answers each tells a caller what became of its commit
    private record Made(List<LoggedEffect> effects, List<Runnable> answers) {}

    /// Answers each of them, in the end. Where one of several may be to blame for a failure, each
    /// is made alone: then it alone fails.
    void make(List<Committing> group) {
        Made made;
        try {
            made = untilItStands(group);
        } catch (SQLException e) {
            if (group.size() > 1 && !SharedFailure.isForNow(e)) {
                group.forEach(each -> make(List.of(each)));
            } else {
                CircleException failure = StateFailure.of(home.name(), e);
                if (SharedFailure.isInDoubt(e)) {
                    tell(List.of());
                }
                group.forEach(each -> each.answer().completeExceptionally(failure));
            }
            return;
        }
        if (!made.effects.isEmpty()) {
            tell(made.effects);
        }
        made.answers.forEach(Runnable::run);
    }

    private Made untilItStands(List<Committing> group) throws SQLException {
        for (int tries = 1; true; tries++) {
            try {
                return once(group);
            } catch (SQLException e) {
                if (!home.failed(e, tries)) {
                    throw e;
                }
            }
        }
    }

    /// Whatever goes wrong, the state is closed: so the transaction is undone, and the totals are
    /// read again.
    private Made once(List<Committing> group) throws SQLException {
        boolean done = false;
        try {
            Writer writer = home.open();
            Instant now = home.now(clock);
            writer.purge(now);
            List<Runnable> answers = new ArrayList<>(group.size());
            String run = null;
            for (Committing each : group) {
                Answer answer = answer(writer, each, now);
                answers.add(answer.tell);
                run = answer.isCommitted ? each.commit().runId() : run;
            }
            writer.finish(now);
            commit(writer, run);
            done = true;
            return new Made(writer.takeEffects(), answers);
        } finally {
            if (!done) {
                home.close();
            }
        }
    }

    /// @param tell tells the caller what became of its commit
    private record Answer(boolean isCommitted, Runnable tell) {}

    /// Adds one to the transaction.
    private static Answer answer(Writer writer, Committing each, Instant now) throws SQLException {
        try {
            CommitResult result = writer.add(each.commit(), now);
            return new Answer(
                    result instanceof CommitResult.Committed, () -> each.answer().complete(result));
        } catch (CircleException noRoom) {
            return new Answer(false, () -> each.answer().completeExceptionally(noRoom));
        }
    }

    /// @param run one that is committed; null when nothing is, but for what is dropped
    private void commit(Writer writer, @Nullable String run) throws SQLException {
        try {
            writer.commit();
        } catch (SQLException e) {
            if (run == null) {
                throw e;
            }
            home.checkMade(run, e);
        }
    }

    /// @param effects none when nobody knows whether there are any
    private void tell(List<LoggedEffect> effects) {
        try {
            committed.accept(effects);
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue("state", home.name())
                    .setCause(e)
                    .log("Who is told of effects failed");
        }
    }
}
