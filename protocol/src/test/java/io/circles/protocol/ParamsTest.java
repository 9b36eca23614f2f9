package io.circles.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParamsTest {
    record Inner(String word, @Nullable Integer size) {}

    record Sample(
            String text,
            int count,
            boolean yes,
            @Nullable Long timeoutMs,
            @Nullable JsonNode any,
            @Nullable Inner inner,
            @Nullable List<String> words) {}

    private static final Params<Sample> PARAMS = Params.of(Sample.class);

    private static Sample decode(String json) throws JsonProcessingException {
        return PARAMS.decode(Json.parse(json));
    }

    @Test
    void paramsComeByNameOrByPosition() throws JsonProcessingException {
        Sample byName =
                decode("{\"yes\":true,\"count\":2,\"text\":\"t\",\"timeout_ms\":9,\"any\":{}}");
        assertThat(byName).isEqualTo(decode("[\"t\",2,true,9,{}]"));
        assertThat(byName).isEqualTo(new Sample("t", 2, true, 9L, Json.object(), null, null));
    }

    @Test
    void nullCountsAsNotGivenButIsAValueWhereAnythingIs() throws JsonProcessingException {
        Sample sample = decode("[\"t\",2,true,null,null,null]");
        assertThat(sample.timeoutMs()).isNull();
        assertThat(sample.any()).isEqualTo(Json.tree(null));
        assertThat(sample.inner()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | text | Invalid params: text is missing",
                "[\"t\"] | count | Invalid params: count is missing",
                "{\"text\":null} | text | Invalid params: text is missing",
                "[7,2,true] | text | Invalid params: text is not a string",
                "[true,2,true] | text | Invalid params: text is not a string",
                "[\"t\",\"2\",true] | count | Invalid params: count is not a whole number in range",
                "[\"t\",2.5,true] | count | Invalid params: count is not a whole number in range",
                "[\"t\",2e99,true] | count | Invalid params: count is not a whole number in range",
                "[\"t\",9999999999,true] | count | Invalid params: count is not a whole number in"
                        + " range",
                "[\"t\",2,1] | yes | Invalid params: yes is not true or false",
                "[\"t\",2,true,1,1,7] | inner | Invalid params: inner is not an object",
                "[\"t\",2,true,1,1,{}] | inner.word | Invalid params: inner.word is missing",
                "[\"t\",2,true,1,1,{\"word\":\"w\",\"x\":1}] | inner.x | Invalid params: inner.x is"
                        + " not known; there is word, size",
                "[\"t\",2,true,1,1,{\"word\":\"w\"},[7]] | words.0 | Invalid params: words.0 is not"
                        + " what it should be",
                "[\"t\",2,true,1,1,null,[],8] | 7 | Invalid params: at most 7: text, count, yes,"
                        + " timeout_ms, any, inner, words"
            })
    void whatIsWrongIsSaidByItsName(String json, String param, String message)
            throws JsonProcessingException {
        try {
            decode(json);
        } catch (CircleException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMS);
            assertThat(e.error().data().path("param").asText()).isEqualTo(param);
            assertThat(e).hasMessage(message);
            return;
        }
        throw new AssertionError("was taken");
    }

    @Test
    void hugeExponentsAreRefusedAtOnce() throws JsonProcessingException {
        JsonNode huge = Json.parse("[\"t\",1e999999999,true]");
        assertThat(catchCode(huge)).isEqualTo(ErrorCode.INVALID_PARAMS);
    }

    private static ErrorCode catchCode(JsonNode json) {
        try {
            PARAMS.decode(json);
        } catch (CircleException e) {
            return e.code();
        }
        throw new AssertionError("was taken");
    }
}
