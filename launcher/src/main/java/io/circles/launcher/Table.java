package io.circles.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Lines of columns, each as wide as its widest cell. Not thread-safe.
final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    /// A table with a line of headings.
    Table(String... headings) {
        rows.add(List.of(headings));
    }

    /// Adds a line of as many cells as there are headings.
    void row(String... cells) {
        rows.add(List.of(cells));
    }

    @Override
    public String toString() {
        List<Integer> widths =
                IntStream.range(0, rows.getFirst().size()).mapToObj(this::width).toList();
        return rows.stream()
                .map(row -> line(row, widths).stripTrailing())
                .collect(Collectors.joining("\n"));
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }

    private static String line(List<String> row, List<Integer> widths) {
        return IntStream.range(0, row.size())
                .mapToObj(i -> row.get(i) + " ".repeat(widths.get(i) - row.get(i).length()))
                .collect(Collectors.joining(GAP));
    }
}
