package io.circles.script.state;

import java.util.List;
import java.util.Optional;

/// A table of a state as it stands in an archive.
///
/// @param name of the table, and of its lines
/// @param select all of its rows, in one order whatever the database
/// @param put one row; has a parameter for each column
record ArchiveTable(String name, String select, String put, List<Column> columns) {
    enum Column {
        NUMBER,
        TEXT
    }

    private static final Column N = Column.NUMBER;
    private static final Column T = Column.TEXT;

    /// The one row of totals, which every state has.
    static final ArchiveTable TOTALS =
            new ArchiveTable("meta", Sql.META, Sql.SET_META, List.of(N, N, N, N, N, N, N));

    /// The others, which are empty in an empty state.
    static final List<ArchiveTable> CONTENTS =
            List.of(
                    of("entries", "key, version, value", T, N, T),
                    of("runs", "id, expiry, bytes, digest, result", T, N, N, T, T),
                    of("effects", "number, at, run, kind, body", N, N, T, T, T),
                    of("unhandled", "number, at, run, kind, body", N, N, T, T, T),
                    of("occasions", "number, id", N, T));

    private static ArchiveTable of(String name, String columns, Column... kinds) {
        String first = columns.substring(0, columns.indexOf(','));
        String marks = "?" + ", ?".repeat(kinds.length - 1);
        return new ArchiveTable(
                name,
                "SELECT %s FROM %s ORDER BY %s".formatted(columns, name, first),
                "INSERT INTO %s (%s) VALUES (%s)".formatted(name, columns, marks),
                List.of(kinds));
    }

    static Optional<ArchiveTable> named(String name) {
        return TOTALS.name.equals(name)
                ? Optional.of(TOTALS)
                : CONTENTS.stream().filter(table -> table.name.equals(name)).findFirst();
    }

    String any() {
        return "SELECT 1 FROM " + name + " LIMIT 1";
    }
}
