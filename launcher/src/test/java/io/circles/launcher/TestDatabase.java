package io.circles.launcher;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.UUID;

/// A database of a test's own on the PostgreSQL that `CIRCLES_TEST_POSTGRES` names, and a user for
/// it, which has a password. Without a server the test is skipped; where `CI` is `true` it fails.
final class TestDatabase implements AutoCloseable {
    static final String SECRET = "pass&word ü";

    private final String name = "circles_" + UUID.randomUUID().toString().replace("-", "");
    private final String admin =
            Optional.ofNullable(System.getenv("CIRCLES_TEST_POSTGRES"))
                    .orElse("jdbc:postgresql://127.0.0.1:5432/postgres?user=postgres");

    TestDatabase() throws SQLException {
        try (Connection connection = DriverManager.getConnection(admin);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE " + name + " LOGIN PASSWORD '" + SECRET + "'");
            statement.execute(
                    "CREATE DATABASE %s OWNER %s TEMPLATE template0 ENCODING UTF8"
                            .formatted(name, name));
        } catch (SQLException e) {
            if ("true".equals(System.getenv("CI"))) {
                throw e;
            }
            assumeTrue(false, "no PostgreSQL, see CIRCLES_TEST_POSTGRES: " + e.getMessage());
        }
    }

    /// The user, too.
    String name() {
        return name;
    }

    String url() {
        return admin.replaceFirst("[?].*", "").replaceFirst("/[^/]*$", "/" + name);
    }

    int port() {
        String port = admin.replaceFirst("^jdbc:postgresql://[^:/]+:?(\\d*)/.*$", "$1");
        return port.isEmpty() ? 5432 : Integer.parseInt(port);
    }

    /// By a proxy on this machine.
    String url(int proxy) {
        return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(proxy, name);
    }

    /// A connection as the user whose database it is.
    Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), name, SECRET);
    }

    @Override
    public void close() throws SQLException {
        try (Connection connection = DriverManager.getConnection(admin);
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE " + name + " WITH (FORCE)");
            statement.execute("DROP ROLE " + name);
        }
    }
}
