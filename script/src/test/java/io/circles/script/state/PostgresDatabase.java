package io.circles.script.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.UUID;

/// A database of its own on the PostgreSQL that `CIRCLES_TEST_POSTGRES` names, dropped when it is
/// closed. Without a server the test is skipped; where `CI` is `true` it fails.
public final class PostgresDatabase implements AutoCloseable {
    private static final String DEFAULT = "jdbc:postgresql://127.0.0.1:5432/postgres?user=postgres";

    private final String admin;
    private final String name = "circles_" + UUID.randomUUID().toString().replace("-", "");

    private PostgresDatabase(String admin) {
        this.admin = admin;
    }

    /// A new one, without tables.
    public static PostgresDatabase create() {
        String admin = Optional.ofNullable(System.getenv("CIRCLES_TEST_POSTGRES")).orElse(DEFAULT);
        assumeThere(admin);
        PostgresDatabase database = new PostgresDatabase(admin);
        database.administer(
                "CREATE DATABASE " + database.name + " TEMPLATE template0 ENCODING UTF8");
        return database;
    }

    private static void assumeThere(String admin) {
        try (Connection connection = DriverManager.getConnection(admin)) {
            assertThat(connection.isValid(5)).isTrue();
        } catch (SQLException e) {
            if ("true".equals(System.getenv("CI"))) {
                throw new AssertionError("no PostgreSQL, see CIRCLES_TEST_POSTGRES", e);
            }
            assumeTrue(false, "no PostgreSQL, see CIRCLES_TEST_POSTGRES: " + e.getMessage());
        }
    }

    /// Where it is.
    public DatabaseAddress address() {
        return at(admin.replaceFirst("[?].*", "").replaceFirst("/[^/]*$", ""));
    }

    /// The same behind something else that listens.
    ///
    /// @param port of this machine
    DatabaseAddress behind(int port) {
        return at("jdbc:postgresql://127.0.0.1:" + port);
    }

    private DatabaseAddress at(String server) {
        return new DatabaseAddress(
                server + "/" + name,
                setting("user").or(() -> Optional.of("postgres")),
                setting("password"));
    }

    private Optional<String> setting(String wanted) {
        for (String each : admin.replaceFirst("^[^?]*[?]?", "").split("&", -1)) {
            if (each.startsWith(wanted + "=")) {
                return Optional.of(each.substring(wanted.length() + 1));
            }
        }
        return Optional.empty();
    }

    int port() {
        String port = admin.replaceFirst("^jdbc:postgresql://[^:/]+:?(\\d*)/.*$", "$1");
        return port.isEmpty() ? 5432 : Integer.parseInt(port);
    }

    /// A connection as its tables' owner.
    Connection connect() throws SQLException {
        return DriverManager.getConnection(
                address().url() + "?currentSchema=circles",
                address().user().orElse(null),
                address().password().orElse(null));
    }

    /// Ends the sessions of servers.
    ///
    /// @return how many
    int endSessions() throws SQLException {
        try (Connection connection = DriverManager.getConnection(admin);
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                                        + " WHERE datname = '"
                                        + name
                                        + "' AND application_name LIKE 'circles-%'")) {
            row.next();
            return row.getInt(1);
        }
    }

    private void administer(String sql) {
        try (Connection connection = DriverManager.getConnection(admin);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    @Override
    public void close() {
        administer("DROP DATABASE " + name + " WITH (FORCE)");
    }
}
