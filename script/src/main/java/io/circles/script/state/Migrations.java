package io.circles.script.state;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;

/// Makes the tables of a shared database, and brings those that an earlier version of Circles made
/// up to date. Several servers may do so at once: one does it, the others wait.
final class Migrations {
    /// Where in the database the tables are, so that others can be in it too.
    static final String SCHEMA = "circles";

    private static final int LEAST_VERSION = 13;

    private Migrations() {}

    /// Does it.
    ///
    /// @throws SQLException with what is wrong, if the database cannot be reached or used, or a
    ///     later version of Circles made its tables
    static void run(DatabaseAddress address) throws SQLException {
        check(address);
        try {
            Flyway flyway = flyway(address);
            refuseLater(flyway);
            flyway.migrate();
        } catch (FlywayException e) {
            throw new SQLException("its tables cannot be made: " + e.getMessage(), e);
        }
    }

    private static void check(DatabaseAddress address) throws SQLException {
        Properties settings = new Properties();
        address.user().ifPresent(user -> settings.setProperty("user", user));
        address.password().ifPresent(password -> settings.setProperty("password", password));
        settings.setProperty("connectTimeout", "5");
        settings.setProperty("loginTimeout", "10");
        try (Connection connection = DriverManager.getConnection(address.url(), settings);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW server_encoding")) {
            int version = connection.getMetaData().getDatabaseMajorVersion();
            if (version < LEAST_VERSION) {
                throw new SQLException(
                        "is PostgreSQL %d; %d is the least".formatted(version, LEAST_VERSION));
            }
            if (!row.next() || !"UTF8".equals(row.getString(1))) {
                throw new SQLException("has another encoding than UTF8");
            }
        }
    }

    private static Flyway flyway(DatabaseAddress address) {
        return Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(
                        address.url(), address.user().orElse(null), address.password().orElse(null))
                .locations("classpath:io/circles/script/state/postgresql")
                .defaultSchema(SCHEMA)
                .table("circles_schema")
                .load();
    }

    private static void refuseLater(Flyway flyway) throws SQLException {
        for (MigrationInfo step : flyway.info().all()) {
            if (step.getState() == MigrationState.FUTURE_SUCCESS) {
                throw new SQLException(
                        "has schema %s, which this program does not know: a later version of Circles made it"
                                .formatted(step.getVersion()));
            }
        }
    }
}
