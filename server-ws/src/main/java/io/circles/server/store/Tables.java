package io.circles.server.store;

import io.circles.protocol.crypto.PublicKey;
import io.circles.script.state.Database;
import io.circles.script.state.WriteAheadLog;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

/// The open file: the tables of each feature, and the one transaction that is open. Used by one
/// thread at a time; after any [SQLException] to be closed and not used again.
final class Tables implements AutoCloseable {
    static final Database.Schema SCHEMA =
            new Database.Schema(
                    List.of(
                            Stream.of(AuditSql.CREATE, SignSql.CREATE)
                                    .flatMap(List::stream)
                                    .toList(),
                            Stream.of(HookSql.CREATE, RelaySql.CREATE)
                                    .flatMap(List::stream)
                                    .toList(),
                            SignSql.CREATE_TAKER));

    private final Connection connection;
    private final WriteAheadLog log;
    private final AuditTable audit;
    private final SignTable sign;
    private final HookTable hooks;
    private final RelayTable relay;

    private Tables(Connection connection, Path file, PublicKey circle) throws SQLException {
        this.connection = connection;
        this.log = new WriteAheadLog(connection, file);
        Statements statements = new Statements(connection);
        this.audit = new AuditTable(connection, circle);
        this.sign = new SignTable(statements);
        this.hooks = new HookTable(statements);
        this.relay = new RelayTable(statements);
        connection.commit();
    }

    /// Opens a file, or makes it.
    static Tables open(Path file, PublicKey circle) throws SQLException {
        Connection connection = Database.write(file, SCHEMA);
        try {
            return new Tables(connection, file, circle);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    AuditTable audit() {
        return audit;
    }

    SignTable sign() {
        return sign;
    }

    HookTable hooks() {
        return hooks;
    }

    RelayTable relay() {
        return relay;
    }

    void commit() throws SQLException {
        connection.commit();
    }

    /// Keeps the write-ahead log short.
    void tidy() throws SQLException {
        log.bound();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
