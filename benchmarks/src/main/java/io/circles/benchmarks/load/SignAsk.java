package io.circles.benchmarks.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.PublicKey;
import io.circles.protocol.crypto.Signature;
import java.util.Arrays;
import java.util.Base64;

/// A request to sign.
///
/// @param key who is asked
/// @param message which no other request has
record SignAsk(PublicKey key, String message) {
    /// The body of `POST /sign`.
    String body() {
        return Json.write(
                Json.object().put("public_key", key.hex()).put("message", base64(message)));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    /// Whether this is the answer to it: the same message, with a signature of the key over it in
    /// 64 bytes, S low.
    boolean isAnsweredBy(HttpConnection.Response response) {
        if (response.status() != 200) {
            return false;
        }
        try {
            JsonNode answer = Json.parse(response.body());
            return answer.path("response").asText().equals(base64(message))
                    && isSignature(answer.path("signature").asText());
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return false;
        }
    }

    private boolean isSignature(String text) {
        Signature signature = Signature.parse(text);
        // compact() is what has low S
        return Arrays.equals(signature.compact(), Base64.getDecoder().decode(text))
                && signature.verifies(key, message.getBytes(UTF_8));
    }
}
