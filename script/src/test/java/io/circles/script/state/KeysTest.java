package io.circles.script.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class KeysTest {
    static final List<String> NO_KEYS = List.of("", "a\0", "a\uD800", "\uDC00a");

    private static final String LAST = Character.toString(Character.MAX_CODE_POINT);

    @Test
    void theOrderIsThatOfTheBytes() {
        Random random = new Random(1);
        for (int i = 0; i < 50_000; i++) {
            String a = text(random);
            String b = text(random);
            assertThat(Integer.signum(Keys.ORDER.compare(a, b)))
                    .isEqualTo(
                            Integer.signum(
                                    Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8))));
        }
    }

    private static String text(Random random) {
        int[] some = {'a', 'b', 0x7F, 0xE9, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF};
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            text.appendCodePoint(some[random.nextInt(some.length)]);
        }
        return text.toString();
    }

    @Test
    void aPrefixEndsBeforeTheFirstTextThatDoesNotBeginWithIt() {
        assertThat(Keys.end("a")).isEqualTo("b");
        assertThat(Keys.end("a" + LAST)).isEqualTo("b");
        assertThat(Keys.end("a\uD7FF")).isEqualTo("a\uE000");
        assertThat(Keys.end("\uFFFF")).isEqualTo(Character.toString(0x10000));
        assertThat(Keys.end("")).isNull();
        assertThat(Keys.end(LAST + LAST)).isNull();
    }

    @Test
    void aKeyHasUpTo512Bytes() {
        assertThat(Keys.check("é".repeat(256))).hasSize(256);
        assertThatThrownBy(() -> Keys.check("é".repeat(256) + "a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A key has at most 512 bytes in UTF-8");
    }

    @ParameterizedTest
    @FieldSource("NO_KEYS")
    void whatIsNoKeyIsRefused(String key) {
        assertThatThrownBy(() -> Keys.check(key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("A key has ");
    }
}
