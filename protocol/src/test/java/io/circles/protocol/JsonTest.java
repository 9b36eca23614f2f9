package io.circles.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonTest {
    static Stream<String> texts() {
        Stream<String> controls = IntStream.rangeClosed(0, 0x20).mapToObj(Character::toString);
        Stream<String> others =
                Stream.of("", "plain", "\"", "\\", "\\u0041", "a\"b", "ä\uD800€\u2028");
        return Stream.concat(controls, others);
    }

    @ParameterizedTest
    @MethodSource("texts")
    void aQuotedTextIsThatText(String text) throws Exception {
        StringBuilder json = new StringBuilder("[");
        Json.quote(text, json);

        assertThat(Json.parse(json.append(']').toString()).path(0).textValue()).isEqualTo(text);
    }

    @Test
    void aStringMayBeLongerThanTheLibraryWouldLetIt() throws Exception {
        String text = "x".repeat(Json.MAX_STRING / 2);
        StringBuilder json = new StringBuilder(text.length() + 2);
        Json.quote(text, json);

        assertThat(Json.parse(json.toString()).textValue().length()).isEqualTo(text.length());
    }
}
