package io.circles.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.KeyPair;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.security.SecureRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Replays a `jsonrpc` block on a connection of its own: `>` is sent, `<` is the next frame that
/// must come. `"…"` matches anything. `"KEY"` is the client's key, `"SIGNATURE"` its signature over
/// what came as `"NONCE"`.
final class RawConversation implements WebSocket.Listener {
    private static final long PATIENCE_SECONDS = 20;

    private final KeyPair key = KeyPair.generate(new SecureRandom());
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();
    private String nonce = "";

    private RawConversation() {}

    static void replay(Page.Block block, URI circle) throws Exception {
        RawConversation conversation = new RawConversation();
        try (HttpClient http = HttpClient.newHttpClient()) {
            WebSocket socket = http.newWebSocketBuilder().buildAsync(circle, conversation).join();
            try {
                for (String line : block.text().lines().toList()) {
                    conversation.take(line, socket, block);
                }
            } finally {
                socket.abort(); // or closing the client would wait for it
            }
        }
    }

    private void take(String line, WebSocket socket, Page.Block block) throws Exception {
        String text = line.substring(2);
        if (line.startsWith(">")) {
            socket.sendText(filled(text), true).join();
            return;
        }
        String came = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(came).as(block + ": instead of " + text).isNotNull();
        assertThat(matches(Json.parse(text), Json.parse(came)))
                .as("%s: expected %s, but came %s", block, text, came)
                .isTrue();
    }

    private String filled(String text) {
        return text.replace("\"KEY\"", "\"" + key.publicKey().hex() + "\"")
                .replace("\"SIGNATURE\"", "\"" + key.sign(nonce.getBytes(UTF_8)).hex() + "\"");
    }

    private boolean matches(JsonNode expected, @Nullable JsonNode came) {
        if (came == null) {
            return false;
        }
        if (expected.asText().equals("NONCE")) {
            nonce = came.asText();
            return came.isTextual();
        }
        if (expected.asText().equals("…")) {
            return true;
        }
        if (expected.isObject()) {
            return expected.size() == came.size()
                    && expected.properties().stream()
                            .allMatch(f -> matches(f.getValue(), came.get(f.getKey())));
        }
        return expected.equals(came);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
        partial.append(text);
        if (last) {
            received.add(partial.toString());
            partial.setLength(0);
        }
        socket.request(1);
        return null;
    }
}
