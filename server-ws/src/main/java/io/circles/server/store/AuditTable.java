package io.circles.server.store;

import io.circles.protocol.crypto.PublicKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/// The audit, for the writer alone. Nothing in it is ever changed or dropped.
final class AuditTable {
    private final PreparedStatement add;
    private final PreparedStatement addHead;
    private final PreparedStatement lastHead;
    private long number;
    private String hash;

    AuditTable(Connection connection, PublicKey circle) throws SQLException {
        this.add = connection.prepareStatement(AuditSql.ADD);
        this.addHead = connection.prepareStatement(AuditSql.ADD_HEAD);
        this.lastHead = connection.prepareStatement(AuditSql.LAST_HEAD);
        this.hash = AuditEntry.root(circle);
        try (PreparedStatement last = connection.prepareStatement(AuditSql.LAST);
                ResultSet row = last.executeQuery()) {
            if (row.next()) {
                this.number = row.getLong(1);
                this.hash = row.getString(2);
            }
        }
    }

    void add(AuditFact fact, Instant now) throws SQLException {
        AuditEntry entry = AuditEntry.after(number, hash, now, fact);
        add.setLong(1, entry.number());
        add.setLong(2, entry.at().toEpochMilli());
        add.setString(3, fact.event().word());
        add.setString(4, fact.request());
        add.setString(5, fact.key());
        add.setString(6, fact.requester());
        add.setString(7, fact.digest());
        add.setString(8, fact.display());
        add.setString(9, fact.verdict());
        add.setString(10, entry.hash());
        add.executeUpdate();
        number = entry.number();
        hash = entry.hash();
    }

    /// Number of the last entry; 0 when there is none.
    long number() {
        return number;
    }

    String hash() {
        return hash;
    }

    Optional<AuditHead> lastHead() throws SQLException {
        try (ResultSet row = lastHead.executeQuery()) {
            return row.next() ? Optional.of(head(row)) : Optional.empty();
        }
    }

    static AuditHead head(ResultSet row) throws SQLException {
        return new AuditHead(
                row.getLong(1),
                row.getString(2),
                Instant.ofEpochMilli(row.getLong(3)),
                row.getString(4));
    }

    void addHead(AuditHead head) throws SQLException {
        addHead.setLong(1, head.number());
        addHead.setString(2, head.hash());
        addHead.setLong(3, head.at().toEpochMilli());
        addHead.setString(4, head.signature());
        addHead.executeUpdate();
    }
}
