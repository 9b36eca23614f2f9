package io.circles.script.state;

/// What the two databases say in words of their own; everything else stands in [Sql].
enum Dialect {
    /// A file that one server writes.
    SQLITE(Sql.PUT_ENTRY),
    /// A database that many share.
    POSTGRESQL(SharedSql.PUT_ENTRY);

    private final String putEntry;

    Dialect(String putEntry) {
        this.putEntry = putEntry;
    }

    /// The statement that adds an entry or replaces it.
    String putEntry() {
        return putEntry;
    }
}
