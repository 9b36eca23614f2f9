package io.circles.script.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OccasionTableTest {
    @TempDir Path folder;

    @Test
    void theLastHundredThousandAreKnown() throws SQLException {
        Path file = folder.resolve("state.db");
        try (Connection connection = Database.write(file, Sql.SCHEMA)) {
            OccasionTable occasions = new OccasionTable(connection);
            for (int number = 0; number < StateStore.MOST_OCCASIONS; number++) {
                occasions.add("signed/" + number);
            }
            assertThat(occasions.has("signed/0")).isTrue();

            occasions.add("one more");

            assertThat(occasions.has("signed/0")).isFalse();
            assertThat(occasions.has("signed/1")).isTrue();
            assertThat(occasions.has("one more")).isTrue();
            assertThat(rows(connection)).isEqualTo(100_000);
            connection.rollback();
        }
    }

    private static int rows(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM occasions")) {
            return row.getInt(1);
        }
    }
}
