package io.circles.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.UUID;

/// A database of a test's own on the PostgreSQL that `CIRCLES_TEST_POSTGRES` names, dropped when it
/// is closed. Without a server the test is skipped; where `CI` is `true` it fails. Immutable.
///
/// The module of the test has PostgreSQL's driver on its class path.
public final class TestDatabase implements AutoCloseable {
    private static final String DEFAULT = "jdbc:postgresql://127.0.0.1:5432/postgres?user=postgres";
    private static final int PORT = 5432;

    /// Has what must be quoted in a URL.
    public static final String PASSWORD = "pass&word ü";

    private final String admin =
            Optional.ofNullable(System.getenv("CIRCLES_TEST_POSTGRES")).orElse(DEFAULT);
    private final String name = "circles_" + UUID.randomUUID().toString().replace("-", "");
    private final Optional<String> ownersPassword;

    private TestDatabase(Optional<String> ownersPassword) {
        this.ownersPassword = ownersPassword;
        assumeThere();
        ownersPassword.ifPresent(
                password ->
                        administer("CREATE ROLE " + name + " LOGIN PASSWORD '" + password + "'"));
        administer(
                "CREATE DATABASE "
                        + name
                        + (ownersPassword.isPresent() ? " OWNER " + name : "")
                        + " TEMPLATE template0 ENCODING UTF8");
    }

    /// A new one without tables, of the administrator.
    public static TestDatabase create() {
        return new TestDatabase(Optional.empty());
    }

    /// A new one without tables, of a user of its own, who has its name and that password.
    public static TestDatabase createWithUser() {
        return new TestDatabase(Optional.of(PASSWORD));
    }

    private void assumeThere() {
        try {
            DriverManager.getConnection(admin).close();
        } catch (SQLException e) {
            if ("true".equals(System.getenv("CI"))) {
                throw new AssertionError("no PostgreSQL, see CIRCLES_TEST_POSTGRES", e);
            }
            assumeTrue(false, "no PostgreSQL, see CIRCLES_TEST_POSTGRES: " + e.getMessage());
        }
    }

    /// The database's name, and its user's if it has one of its own.
    public String name() {
        return name;
    }

    /// Where it is, as JDBC has it.
    public String url() {
        return admin.replaceFirst("[?].*", "").replaceFirst("/[^/]*$", "/" + name);
    }

    /// The same behind something else that listens.
    ///
    /// @param proxy a port of this machine
    public String url(int proxy) {
        return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(proxy, name);
    }

    /// The server's.
    public int port() {
        String port = admin.replaceFirst("^jdbc:postgresql://[^:/]+:?(\\d*)/.*$", "$1");
        return port.isEmpty() ? PORT : Integer.parseInt(port);
    }

    /// Who may do everything in it.
    public String user() {
        return ownersPassword.isPresent() ? name : setting("user").orElse("postgres");
    }

    /// That user's, if it needs one.
    public Optional<String> password() {
        return ownersPassword.or(() -> setting("password"));
    }

    private Optional<String> setting(String wanted) {
        for (String each : admin.replaceFirst("^[^?]*[?]?", "").split("&", -1)) {
            if (each.startsWith(wanted + "=")) {
                return Optional.of(each.substring(wanted.length() + 1));
            }
        }
        return Optional.empty();
    }

    /// A connection as [#user()].
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), user(), password().orElse(null));
    }

    /// Ends the sessions of servers of circles.
    ///
    /// @return how many
    public int endSessions() throws SQLException {
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
        if (ownersPassword.isPresent()) {
            administer("DROP ROLE " + name);
        }
    }
}
