package io.circles.launcher;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// Finds what somebody meant who wrote an unknown word.
final class Suggestion {
    private static final int LETTERS_PER_MISTAKE = 3;

    private Suggestion() {}

    /// What to say after "is not known": the nearest word, or all of them where none is near.
    static String among(Collection<String> known, String word) {
        return nearest(known, word)
                .map(near -> "did you mean \"" + near + "\"?")
                .orElse("there is " + String.join(", ", known));
    }

    /// The known word that differs least, if it is near enough to be what was meant.
    static Optional<String> nearest(Collection<String> known, String word) {
        int mistakes = Math.max(1, word.length() / LETTERS_PER_MISTAKE);
        return known.stream()
                .min(Comparator.comparingInt(candidate -> distance(candidate, word)))
                .filter(candidate -> distance(candidate, word) <= mistakes);
    }

    /// How many letters must be added, taken away, replaced or swapped with their neighbour to make
    /// one word of the other, whatever their case (optimal string alignment).
    static int distance(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, a, b, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int cheapest(int[][] cost, String a, String b, int i, int j) {
        int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int least = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        boolean swapped =
                i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(least, 1 + cost[i - 2][j - 2]) : least;
    }
}
