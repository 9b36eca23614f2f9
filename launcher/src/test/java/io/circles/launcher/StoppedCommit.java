package io.circles.launcher;

import static org.awaitility.Awaitility.await;

import io.circles.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/// Stops the next commit of a circle in a database, until it is closed; a call has to have an
/// idempotency key for that. For one thread.
final class StoppedCommit implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /// Where it stops: if its server ends there, it has not been made, or it is made all the same.
    enum Place {
        BEFORE,
        WITHIN
    }

    private static final String TRIGGERS =
            """
            CREATE FUNCTION circles.stop() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN PERFORM pg_advisory_xact_lock(hashtext(TG_ARGV[0])); RETURN NEW; END $$;
            CREATE TRIGGER stop_before BEFORE INSERT ON circles.circle_runs
                FOR EACH ROW EXECUTE FUNCTION circles.stop('%s');
            CREATE CONSTRAINT TRIGGER stop_within AFTER INSERT ON circles.circle_runs
                DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION circles.stop('%s');
            """
                    .formatted(Place.BEFORE, Place.WITHIN);

    private final Connection connection;

    private StoppedCommit(Connection connection) {
        this.connection = connection;
    }

    /// Makes it possible, once, in a database that has its tables.
    static void prepare(TestDatabase database) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(TRIGGERS);
        }
    }

    static StoppedCommit at(TestDatabase database, Place place) throws SQLException {
        Connection connection = database.connect();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(hashtext('%s'))".formatted(place));
        }
        return new StoppedCommit(connection);
    }

    /// Waits for a commit that stops there.
    void awaitCommit() {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10)).until(this::hasStopped);
    }

    private boolean hasStopped() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                """
                                SELECT EXISTS (SELECT 1 FROM pg_locks
                                    WHERE locktype = 'advisory' AND NOT granted AND database =
                                        (SELECT oid FROM pg_database
                                            WHERE datname = current_database()))""")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    /// Lets it go on.
    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
