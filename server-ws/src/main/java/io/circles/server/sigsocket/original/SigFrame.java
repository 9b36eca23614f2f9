package io.circles.server.sigsocket.original;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.PublicKey;
import io.circles.protocol.crypto.Signature;
import io.circles.server.sigsocket.SignRequest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/// The frames of the original signing protocol in its two forms: how a request is written, and how
/// its answer is read. What begins a connection is the same in both.
public enum SigFrame {
    /// `base64(message)`, answered by `base64(message).base64(signature)`.
    PLAIN {
        @Override
        String request(String id, byte[] message) {
            return Base64.getEncoder().encodeToString(message);
        }

        @Override
        Answer answer(String frame) {
            String[] parts = frame.strip().split("[.]", -1);
            if (parts.length != 2) {
                throw new IllegalArgumentException(
                        "an answer is base64(message).base64(signature), with one dot");
            }
            return new Answer(Optional.empty(), message(parts[0]), signature(parts[1]));
        }
    },

    /// `{"id", "message"}`, answered by `{"id", "message", "signature"}`.
    JSON {
        @Override
        String request(String id, byte[] message) {
            return Json.write(
                    Json.object()
                            .put("id", id)
                            .put("message", Base64.getEncoder().encodeToString(message)));
        }

        @Override
        Answer answer(String frame) {
            try {
                JsonNode json = Json.parse(frame);
                return new Answer(
                        Optional.of(text(json, "id")),
                        message(text(json, "message")),
                        signature(text(json, "signature")));
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException("an answer is JSON; this is not", e);
            }
        }
    };

    /// An answer as it was read.
    ///
    /// @param id of the request; empty where the form has none
    /// @param message that the device says it has signed
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Answer(Optional<String> id, byte[] message, Signature signature) {
        /// Whether it is for a request: by its id, or by what it echoes where the form has none.
        boolean isFor(SignRequest request) {
            return id.map(request.id()::equals).orElseGet(() -> echoes(request));
        }

        boolean echoes(SignRequest request) {
            return Arrays.equals(message, request.message().bytes());
        }
    }

    /// The form of that name, `plain` or `json`, if there is one.
    public static Optional<SigFrame> of(String word) {
        return Arrays.stream(values()).filter(form -> form.word().equals(word)).findFirst();
    }

    /// Its name in the `format` of a URL.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Reads the first frame of a connection.
    ///
    /// @throws IllegalArgumentException if it is no public key; the message does not echo it
    static PublicKey introduction(String frame) {
        return PublicKey.parse(frame.strip());
    }

    /// Writes a request.
    abstract String request(String id, byte[] message);

    /// Reads the answer to a request.
    ///
    /// @throws IllegalArgumentException if it is none; the message does not echo it
    abstract Answer answer(String frame);

    private static byte[] message(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the message of an answer is base64", e);
        }
    }

    /// The form with a recovery byte is left out: it is over another digest.
    private static Signature signature(String text) {
        Signature signature = Signature.parse(text);
        if (signature instanceof Signature.Recoverable) {
            throw new IllegalArgumentException(
                    "the signature of an answer has 64 bytes (r and s) or is DER");
        }
        return signature;
    }

    private static String text(JsonNode json, String field) {
        JsonNode value = json.path(field);
        if (!value.isTextual()) {
            throw new IllegalArgumentException("an answer has the text \"" + field + "\"");
        }
        return value.textValue();
    }
}
