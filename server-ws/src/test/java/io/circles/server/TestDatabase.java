package io.circles.server;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.circles.script.state.DatabaseAddress;
import io.circles.script.state.SharedDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.UUID;

/// A database of its own on the PostgreSQL that `CIRCLES_TEST_POSTGRES` names, dropped when it is
/// closed. Without a server the test is skipped; where `CI` is `true` it fails.
final class TestDatabase implements AutoCloseable {
    private final String admin =
            Optional.ofNullable(System.getenv("CIRCLES_TEST_POSTGRES"))
                    .orElse("jdbc:postgresql://127.0.0.1:5432/postgres?user=postgres");
    private final String name = "circles_" + UUID.randomUUID().toString().replace("-", "");

    private TestDatabase() throws SQLException {
        administer("CREATE DATABASE " + name + " TEMPLATE template0 ENCODING UTF8");
    }

    /// A new one, without tables.
    static TestDatabase create() {
        try {
            return new TestDatabase();
        } catch (SQLException e) {
            if ("true".equals(System.getenv("CI"))) {
                throw new AssertionError("no PostgreSQL, see CIRCLES_TEST_POSTGRES", e);
            }
            assumeTrue(false, "no PostgreSQL, see CIRCLES_TEST_POSTGRES: " + e.getMessage());
            throw new AssertionError(e);
        }
    }

    /// What one node has of it.
    SharedDatabase open() {
        String server = admin.replaceFirst("[?].*", "").replaceFirst("/[^/]*$", "");
        return SharedDatabase.open(
                new DatabaseAddress(
                        server + "/" + name,
                        setting("user").or(() -> Optional.of("postgres")),
                        setting("password")));
    }

    private Optional<String> setting(String wanted) {
        for (String each : admin.replaceFirst("^[^?]*[?]?", "").split("&", -1)) {
            if (each.startsWith(wanted + "=")) {
                return Optional.of(each.substring(wanted.length() + 1));
            }
        }
        return Optional.empty();
    }

    private void administer(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(admin);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        administer("DROP DATABASE " + name + " WITH (FORCE)");
    }
}
