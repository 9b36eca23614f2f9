package io.circles.script.state;

import io.circles.protocol.CircleException;
import io.circles.script.state.Request.Committing;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the commits of a group in one transaction, so that all of them wait for the disk only
/// once; each as if it came alone, one after the other. Used by one thread at a time.
final class GroupCommit {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    private final StateFile file;
    private final InstantSource clock;
    private final Consumer<List<LoggedEffect>> committed;

    GroupCommit(StateFile file, InstantSource clock, Consumer<List<LoggedEffect>> committed) {
        this.file = file;
        this.clock = clock;
        this.committed = committed;
    }

    /// Answers each of them, in the end.
    void make(List<Committing> group) {
        List<Runnable> answers = new ArrayList<>(group.size());
        try {
            List<LoggedEffect> effects = commit(group, answers);
            tell(effects);
        } catch (SQLException e) {
            CircleException failure = StateFailure.of(file.path().toString(), e);
            group.forEach(each -> each.answer().completeExceptionally(failure));
            return;
        }
        answers.forEach(Runnable::run);
        tidy();
    }

    /// Whatever goes wrong, the file is closed: so the transaction is undone, and the totals are
    /// read again.
    private List<LoggedEffect> commit(List<Committing> group, List<Runnable> answers)
            throws SQLException {
        boolean done = false;
        try {
            Writer writer = file.open();
            Instant now = clock.instant();
            writer.purge(now);
            for (Committing each : group) {
                answers.add(answer(writer, each, now));
            }
            List<LoggedEffect> effects = writer.commit(now);
            done = true;
            return effects;
        } finally {
            if (!done) {
                file.close();
            }
        }
    }

    /// Adds one to the transaction.
    ///
    /// @return tells its caller what became of it
    private static Runnable answer(Writer writer, Committing each, Instant now)
            throws SQLException {
        try {
            CommitResult result = writer.add(each.commit(), now);
            return () -> each.answer().complete(result);
        } catch (CircleException noRoom) {
            return () -> each.answer().completeExceptionally(noRoom);
        }
    }

    private void tell(List<LoggedEffect> effects) {
        if (effects.isEmpty()) {
            return;
        }
        try {
            committed.accept(effects);
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue("state", file.path())
                    .setCause(e)
                    .log("Who is told of effects failed");
        }
    }

    private void tidy() {
        try {
            file.open().tidy();
        } catch (SQLException e) {
            file.close();
            LOG.atWarn()
                    .addKeyValue("state", file.path())
                    .setCause(e)
                    .log("The log of a state was not emptied");
        }
    }
}
