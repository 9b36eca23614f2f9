package io.circles.benchmarks;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Lines of cells as plain text, each column as wide as its widest cell.
final class Table {
    private Table() {}

    static String of(List<List<String>> lines) {
        int[] widths =
                IntStream.range(0, lines.getFirst().size())
                        .map(
                                i ->
                                        lines.stream()
                                                .mapToInt(line -> line.get(i).length())
                                                .max()
                                                .orElse(0))
                        .toArray();
        return lines.stream()
                .map(line -> line(line, widths))
                .collect(Collectors.joining(System.lineSeparator()));
    }

    private static String line(List<String> cells, int[] widths) {
        return IntStream.range(0, widths.length)
                .mapToObj(i -> cells.get(i) + " ".repeat(widths[i] - cells.get(i).length()))
                .collect(Collectors.joining("  "))
                .stripTrailing();
    }
}
