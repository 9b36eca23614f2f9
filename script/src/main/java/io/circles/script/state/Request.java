package io.circles.script.state;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// What a thread waits for that the writer has to do.
sealed interface Request extends Lane.Item {

    /// A commit.
    record Committing(Commit commit, CompletableFuture<CommitResult> answer) implements Request {
        @Override
        public long weight() {
            long weight = 0;
            for (Transaction.Write write : commit.transaction().writes()) {
                weight += write.value() == null ? 0 : write.value().length();
            }
            return weight;
        }
    }

    /// A question to what was committed.
    ///
    /// @param writes whether something is changed by it
    record Asking<T>(boolean writes, Question<T> question, CompletableFuture<T> answer)
            implements Request {}

    /// Is answered from a database.
    @FunctionalInterface
    interface Question<T> {
        /// The answer.
        ///
        /// @param writer null when nothing was committed yet
        T ask(@Nullable Writer writer) throws SQLException;
    }

    /// Closes the file if it was not used for a while.
    record Closing(CompletableFuture<Void> answer) implements Request {}
}
