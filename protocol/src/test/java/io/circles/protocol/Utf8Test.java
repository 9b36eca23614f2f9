package io.circles.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {
    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "\u007f\u0080", "\u07ff\u0800", "\uffff", "a\uD83D\uDE00b"})
    void theLengthIsThatOfTheBytes(String text) {
        assertThat(Utf8.length(text)).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
        assertThat(Utf8.wellFormed(text)).isSameAs(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\uD83D",
                "\uDE00",
                "a\uDE00\uD83D",
                "\uD83D\uD83D\uDE00",
                "\uD83D\uDE00\uDE00"
            })
    void aLoneSurrogateIsReplaced(String text) {
        String whole = Utf8.wellFormed(text);
        assertThat(whole).contains("\uFFFD").hasSameSizeAs(text);
        assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(whole)).isTrue();
        assertThat(Utf8.length(text)).isEqualTo(whole.getBytes(StandardCharsets.UTF_8).length);
    }
}
