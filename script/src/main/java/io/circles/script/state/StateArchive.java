package io.circles.script.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.state.ArchiveTable.Column;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A circle's whole state on its way from one database to another: lines of JSON, one for each row
/// between a first line that says whose they are and a last one with their counts and their
/// SHA-256.
///
/// Nobody else may write the state meanwhile. Not thread-safe; blocks. Whatever fails is a
/// [StateException], and then nothing was changed.
public final class StateArchive {
    private static final String FORMAT = "circles-state";
    private static final int VERSION = 1;
    private static final int BATCH = 100;

    private final PublicKey circle;
    private final Source source;

    private StateArchive(PublicKey circle, Source source) {
        this.circle = circle;
        this.source = source;
    }

    /// Opens the state for a transaction that closing the connection undoes.
    @FunctionalInterface
    private interface Source {
        /// @return null when nothing was committed and it is not to be made
        @Nullable Connection open(boolean make) throws SQLException;
    }

    /// Of a state in a file of its own.
    public static StateArchive of(Path file, PublicKey circle) {
        return new StateArchive(circle, make -> make || Files.exists(file) ? opened(file) : null);
    }

    private static Connection opened(Path file) throws SQLException {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
        } catch (IOException e) {
            throw new SQLException("its folder cannot be made: " + e.getMessage(), e);
        }
        return Database.write(file, Sql.SCHEMA);
    }

    /// Of a state in a database that servers share: those that write the circle wait meanwhile, and
    /// fail.
    public static StateArchive of(SharedDatabase database, PublicKey circle) {
        return new StateArchive(circle, make -> SharedState.open(database, circle, make));
    }

    /// Writes the state.
    ///
    /// @param out takes each line, without its end
    /// @return how many rows it has
    public long exportTo(Consumer<String> out) {
        try (Connection connection = source.open(false)) {
            if (connection == null) {
                throw new StateException("has no state of this circle yet");
            }
            ArchiveLines lines = new ArchiveLines();
            lines.write(header(), out);
            export(connection, ArchiveTable.TOTALS, lines, out);
            for (ArchiveTable table : ArchiveTable.CONTENTS) {
                export(connection, table, lines, out);
            }
            out.accept(Json.write(lines.trailer()));
            return lines.count();
        } catch (SQLException e) {
            throw new StateException("cannot be read: " + e.getMessage(), e);
        }
    }

    private JsonNode header() {
        return Json.object()
                .put("format", FORMAT)
                .put("version", VERSION)
                .put("circle", circle.hex());
    }

    private static void export(
            Connection connection, ArchiveTable table, ArchiveLines lines, Consumer<String> out)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(table.select());
                ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                ArrayNode line = Json.array().add(table.name());
                for (int i = 0; i < table.columns().size(); i++) {
                    switch (table.columns().get(i)) {
                        case NUMBER -> line.add(rows.getLong(i + 1));
                        case TEXT -> line.add(rows.getString(i + 1));
                    }
                }
                lines.write(line, out);
            }
        }
    }

    /// Reads a state where none is yet; all of it or nothing.
    ///
    /// @param in what [#exportTo] wrote, each line ended by a line feed
    /// @return how many rows it has
    public long importFrom(Reader in) throws IOException {
        ArchiveLines lines = new ArchiveLines();
        checkHeader(lines.read(in));
        try (Connection connection = source.open(true)) {
            if (connection == null) {
                throw new StateException("cannot be made");
            }
            refuseUnlessEmpty(connection);
            restore(connection, lines, in);
            connection.commit();
            return lines.count();
        } catch (SQLException e) {
            throw new StateException("cannot be written: " + e.getMessage(), e);
        }
    }

    private void checkHeader(@Nullable JsonNode header) {
        if (header == null || !FORMAT.equals(header.path("format").asText())) {
            throw new StateException("is no archive of a state");
        }
        if (header.path("version").asInt() != VERSION) {
            throw new StateException(
                    "has version %s, this program knows %d"
                            .formatted(header.path("version").asText(), VERSION));
        }
        if (!circle.hex().equals(header.path("circle").asText())) {
            throw new StateException("is of another circle, " + header.path("circle").asText());
        }
    }

    private static void refuseUnlessEmpty(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(Sql.META);
                ResultSet row = query.executeQuery()) {
            row.next();
            boolean empty = row.getLong(1) == 0 && row.getLong(5) == 0;
            for (ArchiveTable table : ArchiveTable.CONTENTS) {
                empty &= !hasRows(connection, table);
            }
            if (!empty) {
                throw new StateException("has a state of this circle already");
            }
        }
    }

    private static boolean hasRows(Connection connection, ArchiveTable table) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(table.any());
                ResultSet row = query.executeQuery()) {
            return row.next();
        }
    }

    /// Rows of one table follow each other, so one statement is open at a time.
    private static void restore(Connection connection, ArchiveLines lines, Reader in)
            throws SQLException, IOException {
        JsonNode line = lines.read(in);
        while (line != null && line.isArray()) {
            ArchiveTable table = table(line);
            try (PreparedStatement put = connection.prepareStatement(table.put())) {
                for (int n = 1; line != null && isOf(table, line); n++) {
                    put(put, table, line);
                    if (n % BATCH == 0) {
                        put.executeBatch();
                    }
                    line = lines.read(in);
                }
                put.executeBatch();
            }
        }
        if (line == null || !Json.write(lines.trailer()).equals(Json.write(line))) {
            throw new StateException(
                    "is cut or was changed: its last line does not fit the others");
        }
        if (lines.read(in) != null) {
            throw new StateException("goes on after its last line");
        }
    }

    private static ArchiveTable table(JsonNode line) {
        ArchiveTable table =
                ArchiveTable.named(line.path(0).asText())
                        .orElseThrow(() -> new StateException("has rows of an unknown kind"));
        if (line.size() != table.columns().size() + 1) {
            throw new StateException("has a row of %s that is none".formatted(table.name()));
        }
        return table;
    }

    private static boolean isOf(ArchiveTable table, JsonNode line) {
        return line.isArray() && table(line).equals(table);
    }

    private static void put(PreparedStatement put, ArchiveTable table, JsonNode line)
            throws SQLException {
        for (int i = 1; i <= table.columns().size(); i++) {
            JsonNode value = line.get(i);
            boolean isNumber = table.columns().get(i - 1) == Column.NUMBER;
            if (isNumber && value.canConvertToLong()) {
                put.setLong(i, value.longValue());
            } else if (!isNumber && value.isTextual()) {
                put.setString(i, value.textValue());
            } else if (!isNumber && value.isNull()) {
                put.setNull(i, Types.VARCHAR);
            } else {
                throw new StateException("has a row of %s that is none".formatted(table.name()));
            }
        }
        put.addBatch();
    }
}
