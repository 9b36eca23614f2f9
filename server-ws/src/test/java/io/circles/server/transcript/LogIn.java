package io.circles.server.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.circles.protocol.Json;

/// The two steps of a log-in, for tests of what comes after it.
public final class LogIn {
    private LogIn() {}

    /// Logs somebody in over a conversation in which nothing else is under way.
    public static void as(Cast who, Conversation conversation) throws InterruptedException {
        conversation.send(authenticate(who, fetchNonce(who, conversation)));
        assertThat(conversation.receive()).contains("\"authenticated\":true");
    }

    /// Asks for a nonce.
    public static String fetchNonce(Cast who, Conversation conversation)
            throws InterruptedException {
        conversation.send(
                """
                {"jsonrpc":"2.0","id":"nonce","method":"fetch_nonce","params":["%s"]}"""
                        .formatted(who.pair().publicKey().hex()));
        return nonce(conversation.receive());
    }

    private static String nonce(String answer) {
        try {
            return Json.parse(answer).at("/result/nonce").textValue();
        } catch (JsonProcessingException e) {
            throw new AssertionError("is not JSON: " + answer, e);
        }
    }

    /// The request that answers a nonce.
    public static String authenticate(Cast who, String nonce) {
        return """
        {"jsonrpc":"2.0","id":"log-in","method":"authenticate","params":["%s","%s"]}"""
                .formatted(who.pair().publicKey().hex(), who.sign(nonce, "hex"));
    }
}
