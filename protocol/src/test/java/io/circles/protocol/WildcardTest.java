package io.circles.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WildcardTest {

    @ParameterizedTest
    @CsvSource({
        "a.b, a.b, true",
        "a.b, axb, false",
        "a.*, a.b.c, true",
        "a.*, a., true",
        "a.*, a, false",
        "*, '', true",
        "*.paid, orders.17.paid, true",
        "*.paid, orders.paid.not, false",
        "a*b*c, a1b2b3c, true",
        "a*b*c, a1c2b, false",
        "'', '', true",
        "'', a, false",
        "**, anything, true"
    })
    void aStarStandsForAnyRunOfCharacters(String pattern, String text, boolean matches) {
        assertThat(Wildcard.of(pattern).matches(text)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void itMatchesAsTheRegularExpressionDoes(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            String pattern = text(random, "ab*");
            String text = text(random, "ab");
            String regex =
                    pattern.chars()
                            .mapToObj(c -> c == '*' ? ".*" : String.valueOf((char) c))
                            .collect(Collectors.joining());
            assertThat(Wildcard.of(pattern).matches(text))
                    .as("%s of %s", pattern, text)
                    .isEqualTo(Pattern.matches(regex, text));
        }
    }

    private static String text(Random random, String letters) {
        return random.ints(random.nextInt(8), 0, letters.length())
                .mapToObj(i -> letters.substring(i, i + 1))
                .collect(Collectors.joining());
    }

    @Test
    void manyStarsTakeNoTime() {
        Wildcard pattern = Wildcard.of("*a".repeat(128));
        assertThat(pattern.matches("a".repeat(255) + "b")).isFalse();
    }
}
