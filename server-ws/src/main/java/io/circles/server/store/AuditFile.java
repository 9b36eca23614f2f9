package io.circles.server.store;

import io.circles.protocol.crypto.PublicKey;
import io.circles.script.state.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/// Reads the audit in a circle's `server.db`, also while a server writes it: everything that is
/// asked is answered from one snapshot, that of the first question. Confined to one thread.
public final class AuditFile implements AutoCloseable {
    private final Connection connection;

    private AuditFile(Connection connection) {
        this.connection = connection;
    }

    /// Opens a file; empty when there is none, or nothing was kept in it yet.
    ///
    /// @throws IOException if it cannot be read
    public static Optional<AuditFile> open(Path file) throws IOException {
        try {
            return Database.read(file, Tables.SCHEMA).map(AuditFile::new);
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /// Gives every entry in turn, as it stands there, good or not.
    ///
    /// @throws IOException if it cannot be read
    public void entries(Consumer<AuditEntry> each) throws IOException {
        try (PreparedStatement all = connection.prepareStatement(AuditSql.ALL);
                ResultSet rows = all.executeQuery()) {
            while (rows.next()) {
                each.accept(entry(rows));
            }
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private static AuditEntry entry(ResultSet row) throws SQLException, IOException {
        long number = row.getLong(1);
        AuditEvent event =
                AuditEvent.of(row.getString(3))
                        .orElseThrow(
                                () ->
                                        new IOException(
                                                "entry " + number + " is of an unknown kind"));
        AuditFact fact =
                new AuditFact(
                        event,
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        row.getString(7),
                        row.getString(8),
                        row.getString(9));
        return new AuditEntry(
                number, Instant.ofEpochMilli(row.getLong(2)), fact, row.getString(10));
    }

    /// Computes the chain again, and checks every signed head against it, up to the first problem.
    ///
    /// @param circle whose audit it must be
    /// @param noted has to be in it
    /// @throws IOException if it cannot be read
    public AuditReport verify(PublicKey circle, Optional<AuditMark> noted) throws IOException {
        try (PreparedStatement all = connection.prepareStatement(AuditSql.ALL);
                ResultSet rows = all.executeQuery()) {
            AuditCheck check = new AuditCheck(circle, heads(), noted);
            while (rows.next() && check.isGood()) {
                check.next(entry(rows));
            }
            return check.report();
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private Deque<AuditHead> heads() throws SQLException {
        Deque<AuditHead> heads = new ArrayDeque<>();
        try (PreparedStatement all = connection.prepareStatement(AuditSql.HEADS);
                ResultSet rows = all.executeQuery()) {
            while (rows.next()) {
                heads.add(AuditTable.head(rows));
            }
        }
        return heads;
    }

    private static IOException failure(SQLException e) {
        return new IOException("the audit cannot be read: " + e.getMessage(), e);
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failure(e);
        }
    }
}
