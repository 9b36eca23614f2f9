package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
    private static final List<String> KNOWN = List.of("name", "port", "script_path", "web_origins");

    @ParameterizedTest
    @CsvSource({
        "prot, port",
        "Port, port",
        "ports, port",
        "pot, port",
        "scriptPath, script_path",
        "weborigins, web_origins"
    })
    void aWordWithFewMistakesIsRecognised(String word, String meant) {
        assertThat(Suggestion.nearest(KNOWN, word)).contains(meant);
    }

    @Test
    void aWordThatResemblesNothingIsAnsweredWithAllThereIs() {
        assertThat(Suggestion.among(KNOWN, "colour"))
                .isEqualTo("there is name, port, script_path, web_origins");
    }

    @ParameterizedTest
    @CsvSource({"'', '', 0", "abc, '', 3", "abc, abc, 0", "abc, acb, 1", "kitten, sitting, 3"})
    void aMistakeIsALetterMoreLessOtherOrSwapped(String one, String other, int distance) {
        assertThat(Suggestion.distance(one, other)).isEqualTo(distance);
        assertThat(Suggestion.distance(other, one)).isEqualTo(distance);
    }
}
