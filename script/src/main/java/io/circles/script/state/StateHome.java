package io.circles.script.state;

import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// Where a state is kept, as those see it who commit: a file of its own, or rows of a database
/// that many share. Used by one thread at a time.
///
/// A [Writer] that it gave is good until it is asked for another one, or is closed.
sealed interface StateHome permits StateFile, SharedState {
    /// For the log and for messages; has no secrets.
    String name();

    /// The JDBC URL under which runs read it, which can have secrets.
    String url();

    /// Whether others may write it, too.
    boolean isShared();

    /// Begins to write, and makes the state if it is not there. Nobody else writes it until the
    /// writer has committed.
    Writer open() throws SQLException;

    /// The same, if something was committed; null otherwise.
    @Nullable Writer openIfThere() throws SQLException;

    /// Begins to read, if something was committed; null otherwise.
    @Nullable Writer openToRead() throws SQLException;

    /// What time it is for all who may write it, since it was begun to write or read.
    ///
    /// @param clock the own one
    Instant now(InstantSource clock);

    /// Nothing is done for now.
    void rest();

    /// Whether [#rest] has kept something open.
    boolean isOpen();

    /// For how long it has not been used.
    long unusedNanos();

    /// Undoes what was not committed; the next use sees what is durable.
    void close();

    /// Returns if a commit was made although it failed.
    ///
    /// @param run the id of a run that was committed with it
    /// @throws SQLException if it was not made; with state 08007 if that cannot be found out
    void checkMade(String run, SQLException failure) throws SQLException;

    /// Takes note of a failure, after which nothing is committed, or nobody knows.
    ///
    /// @param tries how often it was tried
    /// @return whether it is to be tried again
    boolean failed(SQLException failure, int tries);
}
