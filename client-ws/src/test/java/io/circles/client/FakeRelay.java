package io.circles.client;

import com.fasterxml.jackson.databind.node.NullNode;
import io.circles.protocol.Json;
import io.circles.protocol.RelayApi;
import io.circles.protocol.RpcMessage;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import org.java_websocket.WebSocket;
import org.jspecify.annotations.Nullable;

/// The relay of a [FakeCircle]: agrees to all that it is asked, and then sends what a test says. To
/// it the client is party 1 of three.
final class FakeRelay {
    static final String GROUP = "11111111-1111-4111-8111-111111111111";
    static final String SESSION = "22222222-2222-4222-8222-222222222222";
    static final List<Integer> PARTIES = List.of(1, 2, 3);

    private final FakeCircle fake;
    private final Map<String, Runnable> then = new ConcurrentHashMap<>();
    private volatile @Nullable WebSocket member;
    private long seq;

    FakeRelay(FakeCircle fake) {
        this.fake = fake;
        var session = new RelayApi.Session(RelayApi.KEYGEN, SESSION, NullNode.instance, null);
        var group = new RelayApi.Group("label", new RelayApi.Parameters(3, 1), GROUP);
        answer("Group.create", GROUP);
        answer("Group.join", group);
        answer("Session.create", session);
        answer("Session.join", session);
        answer("Session.signup", 1);
        answer("Session.load", 1);
        for (String method : List.of("participant", "message", "finish", "abort")) {
            answer("Session." + method, new RelayApi.Acknowledged(true));
        }
        then("Session.signup", () -> event(FakeRelay::seated));
    }

    private static RelayApi.Event seated(long seq) {
        return new RelayApi.SessionSignup(GROUP, SESSION, seq, PARTIES);
    }

    private void answer(String method, Object result) {
        fake.on(
                method,
                (ws, request) -> {
                    if (method.startsWith("Group.")) {
                        member = ws;
                    }
                    FakeCircle.result(ws, request, Json.tree(result));
                    then.getOrDefault(method, () -> {}).run();
                });
    }

    /// From now on, after the answer to a method, this happens.
    void then(String method, Runnable what) {
        then.put(method, what);
    }

    /// From now on a method is done but not answered: the connection is cut.
    void cutAt(String method) {
        fake.on(method, (ws, request) -> ws.closeConnection(1006, "cut"));
    }

    /// Answers a method again, after [#cutAt].
    void agree(String method) {
        answer(method, new RelayApi.Acknowledged(true));
    }

    /// Sends an event with the next number.
    synchronized void event(LongFunction<RelayApi.Event> made) {
        seq++;
        send(made.apply(seq).notification());
    }

    /// Sends a message of another party with the next number.
    void message(int round, int sender, @Nullable Integer receiver, String body) {
        event(n -> message(n, round, sender, receiver, body));
    }

    static RelayApi.Event message(
            long seq, int round, int sender, @Nullable Integer receiver, String body) {
        return new RelayApi.SessionMessage(
                GROUP,
                SESSION,
                seq,
                new RelayApi.Message(round, sender, receiver, "u" + seq, Json.text(body)));
    }

    void send(RpcMessage.Notification notification) {
        Objects.requireNonNull(member).send(notification.encode());
    }
}
