package io.circles.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleApi.Authenticated;
import io.circles.protocol.CircleApi.Played;
import io.circles.protocol.CircleApi.Whoami;
import io.circles.protocol.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultsTest {
    private static JsonNode json(String text) throws JsonProcessingException {
        return Json.parse(text.replace('\'', '"'));
    }

    @Test
    void aNewerCircleMaySendMoreThanIsKnown() throws Exception {
        assertThat(Results.of("m", json("{'authenticated':true,'since':7}"), Authenticated.class))
                .isEqualTo(new Authenticated(true));
    }

    @Test
    void whatMayBeMissingMayBeMissing() throws Exception {
        Whoami whoami =
                Results.of(
                        "whoami",
                        json(
                                "{'authenticated':false,'pubkey':null,'circle':'02','roles':[],'capabilities':['read']}"),
                        Whoami.class);

        assertThat(whoami.pubkey()).isNull();
        assertThat(whoami.expiresAt()).isNull();
        assertThat(whoami.capabilities()).containsExactly("read");
    }

    @Test
    void aPlaysValueMayBeNull() throws Exception {
        JsonNode result =
                json(
                        "{'output':'','value':null,'logs':[],'usage':{'wall_ms':1,'cpu_ms':1,'allocated_bytes':1}}");

        assertThat(Results.of("play", result, Played.class).value().isNull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'authenticated':null}",
                "{'authenticated':'yes'}",
                "[]",
                "true",
                "null"
            })
    void whatIsMissingOrWrongIsABadReply(String result) throws Exception {
        JsonNode tree = json(result);

        assertThatThrownBy(() -> Results.of("logout", tree, Authenticated.class))
                .isInstanceOf(BadReplyException.class)
                .hasMessageStartingWith("the result of logout is not as it should be: ");
    }

    @Test
    void anyTypeThatJacksonReadsWillDo() throws Exception {
        assertThat((Object) Results.any("m", json("{'a':1}"), Map.class)).isEqualTo(Map.of("a", 1));
        assertThat(Results.any("m", json("'text'"), String.class)).isEqualTo("text");
        assertThat(Results.any("m", json("null"), JsonNode.class).isNull()).isTrue();
        assertThatThrownBy(() -> Results.any("m", json("null"), String.class))
                .isInstanceOf(BadReplyException.class);
        assertThatThrownBy(() -> Results.any("m", json("'7'"), Integer.class))
                .isInstanceOf(BadReplyException.class);
    }
}
