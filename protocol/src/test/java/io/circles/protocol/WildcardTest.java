package io.circles.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WildcardTest {
    @ParameterizedTest(name = "{0} matches {1}")
    @CsvSource({
        "'', ''",
        "*, ''",
        "*, a.b.c",
        "**, a",
        "a.b, a.b",
        "a.*, a.",
        "a.*, a.b.c",
        "*.b, a.b",
        "*.b, a.b.b",
        "a*b*c, abc",
        "a*b*c, a.b.b.c",
        "*ab*, aab",
        "*aab*, aaab",
        "*abab*c, ababbababc",
        "a*a, aa",
        "'a[b]*', 'a[b](c)'",
        "'a\\E*', 'a\\Eb'"
    })
    void aStarIsAnyRunOfCharactersAndTheRestIsItself(String pattern, String text) {
        assertThat(Wildcard.of(pattern).matches(text)).isTrue();
    }

    @ParameterizedTest(name = "{0} does not match {1}")
    @CsvSource({
        "'', a",
        "a.b, axb",
        "a.b, a.b.c",
        "a.b, A.B",
        "a.*, a",
        "*.b, .bc",
        "a*a, a",
        "ab*bc, abc",
        "a*b*c, acb",
        "*ab*ba*, aba",
        "a?c, abc"
    })
    void theWholeTextMustFit(String pattern, String text) {
        assertThat(Wildcard.of(pattern).matches(text)).isFalse();
    }

    @Test
    void onlyAStarOpensAPattern() {
        assertThat(Wildcard.of("a.b").isOpen()).isFalse();
        assertThat(Wildcard.of("a.*").isOpen()).isTrue();
        assertThat(Wildcard.of("a.*")).hasToString("a.*");
    }

    @Test
    void itAgreesWithRegularExpressions() {
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            String pattern = text(random, "ab*");
            String text = text(random, "ab");
            String regex =
                    Stream.of(pattern.split("[*]", -1))
                            .map(Pattern::quote)
                            .collect(Collectors.joining(".*"));

            assertThat(Wildcard.of(pattern).matches(text))
                    .as("%s %s", pattern, text)
                    .isEqualTo(Pattern.matches(regex, text));
        }
    }

    @Test
    @Timeout(10)
    void noPatternIsSlow() {
        String text = "a".repeat(1_000_000);

        assertThat(Wildcard.of("*" + "a".repeat(500_000) + "b*").matches(text)).isFalse();
        assertThat(Wildcard.of("*a".repeat(1_000) + "*b").matches(text)).isFalse();
        assertThat(Wildcard.of("*a".repeat(1_000) + "*b*").matches(text)).isFalse();
    }

    private static String text(Random random, String letters) {
        return random.ints(random.nextInt(9), 0, letters.length())
                .mapToObj(i -> letters.substring(i, i + 1))
                .collect(Collectors.joining());
    }
}
