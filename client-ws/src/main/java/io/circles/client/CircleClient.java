package io.circles.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.PublicKey;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A connection to a circle.
///
/// ```java
/// URI address = URI.create("ws://127.0.0.1:9001");
/// try (CircleClient circle = CircleClient.builder(address).keyPair(key).connect()) {
///     String twenty = circle.play("let x = 10; x * 2").output();
/// }
/// ```
///
/// **Threads.** Any thread may use it, many at once: requests run beside each other, up to 1,024.
/// Each call blocks its own thread until there is an answer, for the request timeout at most. An
/// interrupt ends the waiting with [InterruptedException]; then, and after a timeout, the circle is
/// asked to cancel the request.
///
/// **Errors.** What the circle answers is a [CircleException] with its code; everything else is one
/// of the few [ClientException]s. A request always ends in a result or one of them.
///
/// **The end.** Whoever connected closes. When the connection is lost, the requests in flight fail
/// with [ConnectionLostException], and so do all after them: a client does not connect again by
/// itself.
public final class CircleClient implements AutoCloseable {
    private final RpcLink rpc;
    private final Duration requestTimeout;
    private final @Nullable PublicKey circle;
    private final @Nullable SignListening listening;

    private CircleClient(
            RpcLink rpc,
            Duration requestTimeout,
            @Nullable PublicKey circle,
            @Nullable SignListening listening) {
        this.rpc = rpc;
        this.requestTimeout = requestTimeout;
        this.circle = circle;
        this.listening = listening;
    }

    /// Prepares a client for a circle.
    ///
    /// @param address `ws://` or `wss://`, host, perhaps a port, and perhaps the circle's key as
    ///     path: that key is then demanded of the circle
    /// @throws IllegalArgumentException when it is no such address
    public static CircleClientBuilder builder(URI address) {
        return new CircleClientBuilder(address);
    }

    static CircleClient connect(ClientSettings settings) throws InterruptedException {
        RpcLink rpc = RpcLink.open(settings);
        boolean ready = false;
        try {
            Signer signer = settings.signer();
            CircleClient client =
                    signer == null
                            ? new CircleClient(
                                    rpc, settings.requestTimeout(), settings.circle(), null)
                            : loggedIn(rpc, signer, settings);
            ready = true;
            return client;
        } finally {
            if (!ready) {
                rpc.close();
            }
        }
    }

    private static CircleClient loggedIn(RpcLink rpc, Signer signer, ClientSettings settings)
            throws InterruptedException {
        LoggedIn login = Login.of(rpc, signer, settings.circle(), settings).run();
        SignHandler handler = settings.onSignRequest();
        SignListening listening =
                handler != null && signer instanceof DigestSigner signs
                        ? SignListening.start(rpc, signs, handler, settings, login)
                        : null;
        return new CircleClient(rpc, settings.requestTimeout(), login.circle(), listening);
    }

    /// Runs a script that has no arguments.
    ///
    /// @throws CircleException what the circle answered; [ErrorCode#SCRIPT_ERROR]
    ///     when the script threw
    /// @throws ClientException when no answer came
    public CircleApi.Played play(String script) throws InterruptedException {
        return play(Json.object().put("script", script));
    }

    /// Runs a script.
    ///
    /// @param args the script's global `args`: anything that Jackson can write as JSON, in
    ///     `snake_case`
    /// @throws IllegalArgumentException when Jackson cannot write it
    /// @throws CircleException what the circle answered; [ErrorCode#SCRIPT_ERROR]
    ///     when the script threw
    /// @throws ClientException when no answer came
    public CircleApi.Played play(String script, @Nullable Object args) throws InterruptedException {
        return play(Json.object().put("script", script).set("args", Json.tree(args)));
    }

    private CircleApi.Played play(ObjectNode params) throws InterruptedException {
        JsonNode result = rpc.call("play", params, requestTimeout);
        return Results.of("play", result, CircleApi.Played.class);
    }

    /// Calls a function of the circle that needs no arguments.
    ///
    /// @throws CircleException what the circle answered; [ErrorCode#NO_SUCH_FUNCTION] when it has
    ///     no such function, [ErrorCode#SCRIPT_ERROR] when the function threw
    /// @throws ClientException when no answer came
    public CircleApi.Played call(String function) throws InterruptedException {
        return call(Json.object().put("function", function));
    }

    /// Calls a function of the circle.
    ///
    /// @param args the function's only argument: anything that Jackson can write as JSON, in
    ///     `snake_case`
    /// @throws IllegalArgumentException when Jackson cannot write it
    /// @throws CircleException what the circle answered; [ErrorCode#NO_SUCH_FUNCTION] when it has
    ///     no such function, [ErrorCode#SCRIPT_ERROR] when the function threw
    /// @throws ClientException when no answer came
    public CircleApi.Played call(String function, @Nullable Object args)
            throws InterruptedException {
        return call(Json.object().put("function", function).set("args", Json.tree(args)));
    }

    private CircleApi.Played call(ObjectNode params) throws InterruptedException {
        JsonNode result = rpc.call("call", params, requestTimeout);
        return Results.of("call", result, CircleApi.Played.class);
    }

    /// Asks for the events of a topic that are published from now on.
    ///
    /// @param topic 1 to 256 characters; `*` stands for any run of characters
    /// @param listener gets the events one at a time, in order, on a virtual thread of its own,
    ///     where it may block and use the client. What it throws is logged. When more than 4 Mi
    ///     characters of events wait for it, new ones are dropped; `seq` and `prev` show the gap
    /// @throws CircleException what the circle answered; [ErrorCode#FORBIDDEN] without the right to
    ///     read
    /// @throws ClientException when no answer came
    public Subscription subscribe(String topic, Consumer<CircleApi.Published> listener)
            throws InterruptedException {
        JsonNode result =
                rpc.call(
                        "subscribe",
                        Json.object().put("topic", topic),
                        requestTimeout,
                        answer ->
                                rpc.listeners()
                                        .add(answer.path("subscription").asText(), listener));
        CircleApi.Subscribed subscribed =
                Results.of("subscribe", result, CircleApi.Subscribed.class);
        return new Subscription(subscribed.subscription(), subscribed.seq(), this);
    }

    void unsubscribe(String subscription) throws InterruptedException {
        rpc.listeners().remove(subscription);
        rpc.call("unsubscribe", Json.object().put("subscription", subscription), requestTimeout);
    }

    /// Calls any method of the circle.
    ///
    /// @param params a record, map, list or tree that is an object or an array as JSON; null for
    ///     none
    /// @param type what the result is read as; [JsonNode] takes anything
    /// @throws IllegalArgumentException when `params` are none
    /// @throws CircleException what the circle answered
    /// @throws ClientException when no answer came, or one that does not fit `type`
    public <T> T request(String method, @Nullable Object params, Class<T> type)
            throws InterruptedException {
        JsonNode tree = params == null ? null : Json.tree(params);
        if (tree != null && !tree.isContainerNode()) {
            throw new IllegalArgumentException(
                    "params are an object or an array as JSON, not " + tree.getNodeType());
        }
        return Results.any(method, rpc.call(method, tree, requestTimeout), type);
    }

    /// Asks the circle who this client is to it, and what it may do.
    ///
    /// @throws CircleException what the circle answered
    /// @throws ClientException when no answer came
    public CircleApi.Whoami whoami() throws InterruptedException {
        JsonNode result = rpc.call("whoami", null, requestTimeout);
        return Results.of("whoami", result, CircleApi.Whoami.class);
    }

    /// Ends the session; the connection stays, anonymous from now on. Requests to sign that are
    /// open end here, and no more come.
    ///
    /// @throws CircleException what the circle answered
    /// @throws ClientException when no answer came
    public void logout() throws InterruptedException {
        if (listening != null) {
            listening.stop();
        }
        JsonNode result = rpc.call("logout", null, requestTimeout);
        if (Results.of("logout", result, CircleApi.Authenticated.class).authenticated()) {
            throw new BadReplyException("logout", "authenticated is true", null);
        }
    }

    /// The circle's key. With a signer it is proven; without, it is only what the caller expects,
    /// and empty when the caller named none.
    public Optional<PublicKey> circle() {
        return Optional.ofNullable(circle);
    }

    /// Waits until the connection has ended, whoever ended it, and says how: the exception is the
    /// one that requests fail with from then on.
    public ConnectionLostException awaitEnd() throws InterruptedException {
        return new ConnectionLostException(rpc.awaitEnd());
    }

    /// Closes the connection. Says so to the circle and waits for its consent, two seconds at most;
    /// an interrupt cuts the waiting short and stays set. Requests in flight fail, events that the
    /// listener has not got yet are dropped. Closing again does nothing.
    @Override
    public void close() {
        rpc.close();
    }
}
