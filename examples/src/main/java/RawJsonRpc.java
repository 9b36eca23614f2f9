import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.circles.protocol.crypto.KeyPair;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Logs in to a circle and plays a script there, with nothing between the program and the wire: the
/// JDK's WebSocket and JSON-RPC 2.0. Of Circles it uses the keys only, since the JDK does not sign
/// on secp256k1.
public class RawJsonRpc implements WebSocket.Listener {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final StringBuilder partial = new StringBuilder();
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private int lastId;

    public static void main(String[] arguments) throws Exception {
        URI address = URI.create(arguments.length > 0 ? arguments[0] : "ws://127.0.0.1:9001");
        RawJsonRpc rpc = new RawJsonRpc();
        try (HttpClient http = HttpClient.newHttpClient()) {
            WebSocket socket = http.newWebSocketBuilder().buildAsync(address, rpc).join();
            try {
                rpc.logIn(socket, address, KeyPair.generate(new SecureRandom()));
                JsonNode played = rpc.call(socket, "play", Map.of("script", "let x = 10; x * 2"));
                System.out.println(played.get("output").textValue());
                socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
            } finally {
                socket.abort(); // or closing the client would wait for it
            }
        }
    }

    private void logIn(WebSocket socket, URI address, KeyPair key) throws Exception {
        String pubkey = key.publicKey().hex();
        String nonce =
                call(socket, "fetch_nonce", Map.of("pubkey", pubkey)).get("nonce").textValue();
        // Sign nothing that was made for another server; it would log that server in as you.
        String origin = address.getScheme() + "://" + address.getAuthority();
        if (!nonce.startsWith("circles authentication v1\norigin: " + origin + "\ncircle: ")) {
            throw new IllegalStateException("this nonce was made for somebody else:\n" + nonce);
        }
        String signature = key.sign(nonce.getBytes(UTF_8)).hex();
        call(socket, "authenticate", Map.of("pubkey", pubkey, "signature", signature));
    }

    /// Sends a request and waits for its answer. Events, which have no id, are passed over.
    private JsonNode call(WebSocket socket, String method, Map<String, ?> params) throws Exception {
        int id = ++lastId;
        Map<String, ?> request =
                Map.of("jsonrpc", "2.0", "id", id, "method", method, "params", params);
        socket.sendText(JSON.writeValueAsString(request), true).join();
        while (true) {
            String text = received.poll(30, TimeUnit.SECONDS);
            if (text == null) {
                throw new IllegalStateException("no answer to " + method);
            }
            JsonNode answer = JSON.readTree(text);
            if (answer.path("id").intValue() == id) {
                if (answer.has("error")) {
                    throw new IllegalStateException(answer.get("error").toString());
                }
                return answer.get("result");
            }
        }
    }

    /// The JDK may hand a text frame over in parts.
    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
        partial.append(text);
        if (last) {
            received.add(partial.toString());
            partial.setLength(0);
        }
        socket.request(1);
        return null;
    }
}
