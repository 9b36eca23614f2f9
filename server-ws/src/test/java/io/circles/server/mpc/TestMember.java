package io.circles.server.mpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.Json;
import io.circles.protocol.RelayApi;
import io.circles.server.transcript.Cast;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A member of the circle with a connection to one of its nodes.
final class TestMember implements Receiver {
    private static final long PATIENCE_SECONDS = 20;

    private final BlockingQueue<Object> came = new LinkedBlockingQueue<>();
    private final RelayConnection connection;
    private final boolean answers;
    private volatile boolean gone;

    TestMember(RelayNodes nodes, Cast who) {
        this(nodes, who, true);
    }

    private TestMember(RelayNodes nodes, Cast who, boolean answers) {
        this.answers = answers;
        this.connection = nodes.enter(who.pair().publicKey(), this);
    }

    /// One who does not, so that nothing is known to have arrived.
    static TestMember deaf(RelayNodes nodes, Cast who) {
        return new TestMember(nodes, who, false);
    }

    /// Makes a call.
    CompletableFuture<JsonNode> begins(String method, Record params) {
        CompletableFuture<JsonNode> result = new CompletableFuture<>();
        turn(RelayCalls.of(method).orElseThrow(), params)
                .take(
                        result,
                        value -> {
                            came.add(method);
                            result.complete(parsed(Json.write(Json.unwritten(value))));
                        },
                        result::completeExceptionally);
        return result;
    }

    private <P extends Record> Turn<?> turn(RelayCall<P> call, Record params) {
        return connection.turn(call, call.params().decode(Json.tree(params)));
    }

    private static JsonNode parsed(String text) {
        try {
            return Json.parse(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    /// What a call comes to.
    JsonNode does(String method, Record params) {
        JsonNode result = TestParty.result(begins(method, params));
        came.remove(method);
        return result;
    }

    String createGroup(int parties, int threshold) {
        return does(
                        "Group.create",
                        new RelayApi.CreateGroup("x", new RelayApi.Parameters(parties, threshold)))
                .asText();
    }

    void joins(String group, @Nullable Long after) {
        var _ = does("Group.join", new RelayApi.JoinGroup(group, after));
    }

    String createSession(String group, String kind) {
        return does("Session.create", new RelayApi.CreateSession(group, kind, null, null))
                .path("uuid")
                .asText();
    }

    int signup(String group, String session, String kind) {
        return does("Session.signup", new RelayApi.OfSession(group, session, kind)).asInt();
    }

    /// The code of a refusal.
    static CircleException refusal(CompletableFuture<?> call) {
        try {
            throw new AssertionError("came to " + TestParty.result(call));
        } catch (CircleException e) {
            return e;
        }
    }

    /// The name of an answered call, or an event, whichever came next.
    Object nextOfAll() throws InterruptedException {
        Object next = came.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing came");
        }
        return next;
    }

    /// The next event that is no presence, of that kind.
    <E extends RelayApi.Event> E next(Class<E> kind) throws InterruptedException {
        Object next = nextOfAll();
        while (next instanceof RelayApi.PartyPresence && kind != RelayApi.PartyPresence.class) {
            next = nextOfAll();
        }
        if (!kind.isInstance(next)) {
            throw new AssertionError("expected " + kind.getSimpleName() + ", came " + next);
        }
        return kind.cast(next);
    }

    /// What a message says; here it may not have been read since it was written.
    static String body(RelayApi.SessionMessage event) {
        return parsed(Json.write(event.message().body())).asText();
    }

    /// Says nothing of what is still on its way: a call on the same way is to be made before.
    boolean hasNothing() {
        return came.isEmpty();
    }

    void leave() {
        gone = true;
        connection.close();
    }

    @Override
    public void event(RelayApi.Event event, Object cause, Runnable left) {
        if (!gone) {
            came.add(event);
        }
        left.run();
    }

    @Override
    public void ping(long mark) {
        if (answers) {
            Thread.startVirtualThread(() -> connection.pong(mark));
        }
    }

    @Override
    public void displaced() {}
}
