package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.client.ClientState;
import io.circles.protocol.CircleApi.LogLine;
import io.circles.protocol.CircleApi.Played;
import io.circles.protocol.CircleApi.Usage;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplOutputTest {
    private static final Usage USAGE = new Usage(1234, 7, 2049);

    private final ReplOutput plain = new ReplOutput(new Paint(false));

    private List<String> shown(JsonNode value, String output) {
        return plain.result(new Played(output, value, List.of(), USAGE), 20);
    }

    @Test
    void aValueIsShownAsJsonAndWhatItUsedBelow() {
        assertThat(shown(Json.text("a\"b"), "a\"b"))
                .containsExactly("\"a\\\"b\"", "1,234 ms, 7 ms of a processor, 3 KiB");
    }

    @Test
    void aValueThatJsonHasNotIsShownAsItsText() {
        assertThat(shown(Json.tree(null), "() => 1")).startsWith("() => 1").hasSize(2);
        assertThat(shown(Json.tree(null), "")).hasSize(1);
    }

    @Test
    void whatIsTooLongForALineIsIndented() throws Exception {
        JsonNode wide = Json.parse("{\"name\": \"value\", \"other\": [1]}");

        assertThat(shown(Json.parse("{\"a\": [1]}"), "").getFirst()).isEqualTo("{\"a\":[1]}");
        assertThat(shown(wide, "").getFirst())
                .isEqualTo("{\n  \"name\" : \"value\",\n  \"other\" : [ 1 ]\n}");
    }

    @Test
    void whatIsLoggedStandsAboveTheResultAndCommandsNoTerminal() {
        Played played =
                new Played(
                        "\u001b[2J",
                        Json.tree(null),
                        List.of(new LogLine("info", "\u001b]0;"), new LogLine("error", "no")),
                        USAGE);

        assertThat(plain.result(played, 80)).startsWith("[info] ?]0;", "[error] no", "?[2J");
        assertThat(new ReplOutput(new Paint(true)).result(played, 80))
                .startsWith("\u001b[2m[info] ?]0;\u001b[0m", "\u001b[31m[error] no\u001b[0m");
    }

    @Test
    void whatAScriptThrewHasItsPlace() {
        CircleException thrown =
                new CircleException(ErrorCode.SCRIPT_ERROR, "no").with("line", 2).with("column", 7);

        assertThat(plain.refusal(thrown)).startsWith("script:2:7: ").endsWith("no");
    }

    @Test
    void colorsAreForTerminalsThatKnowThemAndUsersThatWantThem() {
        assertThat(Paint.of(Map.of("TERM", "xterm")).on()).isTrue();
        assertThat(Paint.of(Map.of("TERM", "xterm", "NO_COLOR", "")).on()).isTrue();
        assertThat(Paint.of(Map.of("TERM", "xterm", "NO_COLOR", "1")).on()).isFalse();
        assertThat(Paint.of(Map.of("TERM", "dumb")).on()).isFalse();
        assertThat(Paint.of(Map.of()).on()).isFalse();
    }

    @Test
    void aLostConnectionIsSaidOnceAndSoIsItsReturn() {
        List<String> said = new ArrayList<>();
        ConnectionNotices notices = new ConnectionNotices(said::add);
        ClientState waiting =
                new ClientState.Waiting(Instant.EPOCH, new IllegalStateException("cut\u0007"));
        for (ClientState state :
                List.of(
                        new ClientState.Connecting(1),
                        new ClientState.Ready(),
                        waiting,
                        new ClientState.Connecting(1),
                        waiting,
                        new ClientState.Ready())) {
            notices.accept(state);
        }

        assertThat(said)
                .containsExactly(
                        "no connection: cut?; trying again", "connected to the circle again");
    }
}
