package io.circles.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.KeyPair;
import io.circles.server.transcript.SocketConversation;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// A party of the relay over a socket, in either dialect: both take params by position.
final class RelayPeer implements AutoCloseable {
    private CircleServer circle;
    private final @Nullable KeyPair key;
    private final String secret;
    private SocketConversation socket;
    private final Queue<Happened> events = new ArrayDeque<>();
    private long seq;
    private int ids;

    /// An event, whatever its dialect.
    ///
    /// @param body the message of a message, the parties of what has them, all there is otherwise
    record Happened(String name, JsonNode body) {}

    private RelayPeer(CircleServer circle, @Nullable KeyPair key, String secret) {
        this.circle = circle;
        this.key = key;
        this.secret = secret;
        this.socket = dial();
    }

    /// One that proves a key.
    static RelayPeer of(KeyPair key, CircleServer circle) {
        return new RelayPeer(circle, key, "");
    }

    /// One at `/mpc`.
    ///
    /// @param secret to be known again by; empty for none
    static RelayPeer of(String secret, CircleServer circle) {
        return new RelayPeer(circle, null, secret);
    }

    private SocketConversation dial() {
        if (key == null) {
            String query = secret.isEmpty() ? "" : "?resume=" + secret;
            return new SocketConversation(URI.create(circle.url() + "/mpc" + query));
        }
        socket = new SocketConversation(circle.url());
        String hex = key.publicKey().hex();
        String nonce = call("fetch_nonce", Json.array().add(hex)).at("/result/nonce").textValue();
        String signature = key.sign(nonce.getBytes(StandardCharsets.UTF_8)).hex();
        call("authenticate", Json.array().add(hex).add(signature));
        return socket;
    }

    /// The same, from now on at a circle that has been started again.
    RelayPeer at(CircleServer again) {
        circle = again;
        return this;
    }

    boolean isOriginal() {
        return key == null;
    }

    /// The whole answer.
    JsonNode call(String method, JsonNode params) {
        int id = send(method, params);
        JsonNode frame = receive();
        while (!isAnswer(frame, id)) {
            take(frame);
            frame = receive();
        }
        return frame;
    }

    /// Asks without waiting.
    ///
    /// @return the id of the request
    int send(String method, JsonNode params) {
        ids++;
        socket.send(
                Json.write(
                        Json.object()
                                .put("jsonrpc", "2.0")
                                .put("id", ids)
                                .put("method", method)
                                .set("params", params)));
        return ids;
    }

    private static boolean isAnswer(JsonNode frame, int id) {
        return frame.path("id").asInt(-1) == id && !frame.has("method");
    }

    JsonNode receive() {
        try {
            return parsed(socket.receive());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static JsonNode parsed(String frame) {
        try {
            return Json.parse(frame);
        } catch (JsonProcessingException e) {
            throw new AssertionError(frame, e);
        }
    }

    /// What a node tells of another that is gone, which takes no number.
    private static boolean isOfLostHome(JsonNode frame) {
        return frame.path("method").asText().equals("sessionAborted")
                && frame.at("/params/reason").asText().contains("is gone");
    }

    private void take(JsonNode frame) {
        if (isOriginal()) {
            JsonNode event = frame.path("result");
            events.add(new Happened(event.path(0).asText(), event.path(1)));
            return;
        }
        JsonNode params = frame.path("params");
        long next = params.path("seq").asLong();
        if (next != (isOfLostHome(frame) ? seq : seq + 1)) {
            throw new AssertionError("after " + seq + " came " + frame);
        }
        seq = next;
        JsonNode body =
                params.has("message")
                        ? params.path("message")
                        : params.has("parties") ? params.path("parties") : params;
        events.add(new Happened(frame.path("method").asText(), body));
    }

    /// The next event that is no presence.
    Happened next() {
        while (events.isEmpty()) {
            take(receive());
        }
        Happened next = events.remove();
        return next.name.equals("partyPresence") ? next() : next;
    }

    String createGroup(int parties, int threshold) {
        ArrayNode params = Json.array().add("x");
        params.addObject().put("parties", parties).put("threshold", threshold);
        return call("Group.create", params).path("result").textValue();
    }

    void join(String group) {
        call("Group.join", Json.array().add(group));
    }

    String createSession(String group, String kind) {
        return call("Session.create", Json.array().add(group).add(kind))
                .at("/result/uuid")
                .textValue();
    }

    int signup(String group, String session, String kind) {
        return call("Session.signup", Json.array().add(group).add(session).add(kind))
                .path("result")
                .intValue();
    }

    static ArrayNode message(
            String group,
            String session,
            String kind,
            int sender,
            @Nullable Integer receiver,
            String body) {
        ArrayNode params = Json.array().add(group).add(session).add(kind);
        params.addObject()
                .put("round", 1)
                .put("sender", sender)
                .put("receiver", receiver)
                .put("uuid", body)
                .put("body", body);
        return params;
    }

    JsonNode finish(String group, String session, int number) {
        return call("Session.finish", Json.array().add(group).add(session).add(number));
    }

    /// Loses the connection, and comes back. What has come by then is not lost: it is known to have
    /// arrived.
    void dropAndReturn(String group) {
        socket.close();
        for (String frame : socket.unreceived()) {
            if (frame.startsWith("{") && !frame.contains("server_draining")) {
                take(parsed(frame));
            }
        }
        socket = dial();
        if (!isOriginal()) {
            call("Group.join", Json.array().add(group).add(seq));
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
