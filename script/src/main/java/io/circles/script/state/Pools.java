package io.circles.script.state;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Makes pools of connections to a shared database. Whoever makes one closes it.
///
/// Connections come as they are needed, and those that are lost are replaced: a database that was
/// restarted is used again without anybody's help. Whatever a connection waits for has an end.
final class Pools {
    /// How long to wait for a connection.
    static final Duration MOST_WAIT = Duration.ofMillis(2_500);

    /// How long to wait for an answer to a commit: longer than it may wait for the circle's lock.
    private static final Duration TO_COMMIT = Duration.ofSeconds(6);

    /// How long to wait for what a run reads, which waits for nobody: a run has to hear that the
    /// database does not answer before its time is up.
    private static final Duration TO_READ = Duration.ofSeconds(3);

    private static final Duration UNUSED = Duration.ofSeconds(30);
    private static final Duration ALIVE = Duration.ofSeconds(1);

    private Pools() {}

    /// For those who commit. A server that stands still in the middle of a commit must not keep
    /// the others from the circle for long.
    static HikariDataSource writers(DatabaseAddress address, int most) {
        HikariConfig config = config(address, "circles-write", most, TO_COMMIT);
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        config.setConnectionInitSql(
                "SET lock_timeout = '4s'; SET idle_in_transaction_session_timeout = '5s'");
        return new HikariDataSource(config);
    }

    /// For runs, each of which sees one snapshot.
    static HikariDataSource readers(DatabaseAddress address, int most) {
        HikariConfig config = config(address, "circles-read", most, TO_READ);
        config.setTransactionIsolation("TRANSACTION_REPEATABLE_READ");
        config.setReadOnly(true);
        config.setConnectionInitSql("SET idle_in_transaction_session_timeout = '1h'");
        return new HikariDataSource(config);
    }

    private static HikariConfig config(
            DatabaseAddress address, String name, int most, Duration toAnswer) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(address.url());
        set(config::setUsername, address.user().orElse(null));
        set(config::setPassword, address.password().orElse(null));
        config.setAutoCommit(false);
        // otherwise what the first statements set is undone with the first transaction that is
        config.setIsolateInternalQueries(true);
        config.setMaximumPoolSize(most);
        config.setMinimumIdle(0);
        config.setIdleTimeout(UNUSED.toMillis());
        config.setConnectionTimeout(MOST_WAIT.toMillis());
        config.setValidationTimeout(ALIVE.toMillis());
        config.setInitializationFailTimeout(-1);
        config.addDataSourceProperty("ApplicationName", name);
        config.addDataSourceProperty("currentSchema", Migrations.SCHEMA);
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("connectTimeout", "2");
        config.addDataSourceProperty("socketTimeout", Long.toString(toAnswer.toSeconds()));
        // a result is not read as a whole, but so many rows at a time
        config.addDataSourceProperty("defaultRowFetchSize", "32");
        return config;
    }

    private static void set(Consumer<String> setter, @Nullable String value) {
        if (value != null) {
            setter.accept(value);
        }
    }
}
