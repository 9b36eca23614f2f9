package io.circles.script.state;

import io.circles.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;

/// A [TestDatabase], and what is needed to reach it.
public record PostgresDatabase(TestDatabase database) implements AutoCloseable {
    /// A new one, without tables.
    public static PostgresDatabase create() {
        return new PostgresDatabase(TestDatabase.create());
    }

    /// Where it is.
    public DatabaseAddress address() {
        return at(database.url());
    }

    /// The same behind something else that listens.
    ///
    /// @param port of this machine
    DatabaseAddress behind(int port) {
        return at(database.url(port));
    }

    private DatabaseAddress at(String url) {
        return new DatabaseAddress(url, Optional.of(database.user()), database.password());
    }

    int port() {
        return database.port();
    }

    /// A connection as its tables' owner.
    Connection connect() throws SQLException {
        return DriverManager.getConnection(
                database.url() + "?currentSchema=circles",
                database.user(),
                database.password().orElse(null));
    }

    /// Ends the sessions of servers.
    ///
    /// @return how many
    int endSessions() throws SQLException {
        return database.endSessions();
    }

    @Override
    public void close() {
        database.close();
    }
}
