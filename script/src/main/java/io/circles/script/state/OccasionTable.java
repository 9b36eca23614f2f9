package io.circles.script.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/// The occasions of which something was committed, for the writer alone.
///
/// Only later ones push them out, and time does not: whoever was told late that an occasion is
/// done, because its server stood still for a month, still finds it.
final class OccasionTable {
    private final PreparedStatement find;
    private final PreparedStatement add;
    private final PreparedStatement drop;

    OccasionTable(Connection connection) throws SQLException {
        this.find = connection.prepareStatement(Sql.FIND_OCCASION);
        this.add = connection.prepareStatement(Sql.ADD_OCCASION);
        this.drop = connection.prepareStatement(Sql.DROP_OCCASIONS);
    }

    boolean has(String id) throws SQLException {
        find.setString(1, id);
        try (ResultSet row = find.executeQuery()) {
            return row.next();
        }
    }

    void add(String id) throws SQLException {
        add.setString(1, id);
        try (ResultSet row = add.executeQuery()) {
            row.next();
            drop.setLong(1, row.getLong(1) - StateStore.MOST_OCCASIONS);
        }
        drop.executeUpdate();
    }
}
