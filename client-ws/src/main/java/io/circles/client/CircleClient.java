package io.circles.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import io.circles.protocol.Json;
import io.circles.protocol.RpcMessage;
import io.circles.protocol.crypto.PublicKey;
import java.net.URI;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
/// Each call blocks its own thread until there is an answer, for its timeout at most. An interrupt
/// ends the waiting with [InterruptedException]; then, and after a timeout, the circle is asked to
/// cancel the request.
///
/// **Errors.** What the circle answers is a [CircleException] with its code; everything else is
/// one of the few [ClientException]s. A request always ends in a result or one of them.
///
/// **Lost connections.** The client connects again by itself, logs in again, and restores its
/// subscriptions, its listening for requests to sign, and its groups at the relay. A request that
/// was in flight fails with [ConnectionLostException], unless it is
/// [idempotent][CallOptions#idempotent]: then it is sent again. Requests that are made meanwhile
/// wait, up to 1,024 at once. [#state] says how it stands.
///
/// **The end.** Whoever connected closes. The client ends by itself when its identity is refused:
/// the circle is another, it refuses the log-in, or the signer does.
public final class CircleClient implements AutoCloseable {
    /// How many characters of events may wait for a listener, each event counting 256 more.
    static final long MAX_WAITING_EVENTS = 4L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(CircleClient.class);
    private static final String KEY = "idempotency_key";
    private static final int KEY_BYTES = 16;

    private final ClientSettings settings;
    private final ConnectionState state;
    private final ClientSession session;
    private final ListenerQueue<RpcMessage.Notification, Long> events;
    private final Reconnector reconnector;
    private final Requests requests;
    private final Subscriptions subscriptions;
    private final Relay relay;
    private final @Nullable SignListening listening;
    private final List<Restorable> parts;

    private CircleClient(ClientSettings settings) {
        this.settings = settings;
        Listeners listeners = settings.listeners();
        Duration timeout = settings.requestTimeout();
        this.events =
                new ListenerQueue<>(
                        "circle events",
                        MAX_WAITING_EVENTS,
                        listeners.onEvent(),
                        listeners.onLostEvents()::accept,
                        Long::sum);
        this.session = new ClientSession(settings);
        this.state = new ConnectionState(listeners.onState(), this::closed);
        this.reconnector = new Reconnector(settings, state, session, events, this::parts);
        Renewal renewal = new Renewal(session, settings, reconnector::restore);
        this.requests = new Requests(state, renewal);
        this.subscriptions = new Subscriptions(requests, timeout);
        this.relay = new Relay(requests, session, timeout);
        this.listening = listening(renewal);
        this.parts =
                Stream.of(listening, subscriptions, relay.groups(), renewal)
                        .filter(Objects::nonNull)
                        .toList();
    }

    private @Nullable SignListening listening(Renewal renewal) {
        SignHandler handler = settings.listeners().onSignRequest();
        return handler != null && settings.signer() instanceof DigestSigner signer
                ? new SignListening(
                        new SignDecider(signer, handler),
                        session,
                        renewal,
                        settings.requestTimeout())
                : null;
    }

    private List<Restorable> parts() {
        return parts;
    }

    private void closed(RuntimeException why) {
        relay.closed(why);
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
        CircleClient client = new CircleClient(settings);
        client.reconnector.connect();
        return client;
    }

    /// Runs a script that has no arguments.
    ///
    /// @throws CircleException what the circle answered; [ErrorCode#SCRIPT_ERROR]
    ///     when the script threw
    /// @throws ClientException when no answer came
    public CircleApi.Played play(String script) throws InterruptedException {
        return run("play", Json.object().put("script", script), CallOptions.standard());
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
        return play(script, args, CallOptions.standard());
    }

    /// Runs a script.
    ///
    /// @param args the script's global `args`: anything that Jackson can write as JSON, in
    ///     `snake_case`
    /// @throws IllegalArgumentException when Jackson cannot write it
    /// @throws CircleException what the circle answered; [ErrorCode#SCRIPT_ERROR]
    ///     when the script threw
    /// @throws ClientException when no answer came
    public CircleApi.Played play(String script, @Nullable Object args, CallOptions options)
            throws InterruptedException {
        ObjectNode params = Json.object().put("script", script);
        return run("play", params.set("args", argument(args)), options);
    }

    /// Calls a function of the circle that needs no arguments.
    ///
    /// @throws CircleException what the circle answered; [ErrorCode#NO_SUCH_FUNCTION] when it has
    ///     no such function, [ErrorCode#SCRIPT_ERROR] when the function threw
    /// @throws ClientException when no answer came
    public CircleApi.Played call(String function) throws InterruptedException {
        return run("call", Json.object().put("function", function), CallOptions.standard());
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
        return call(function, args, CallOptions.standard());
    }

    /// Calls a function of the circle.
    ///
    /// @param args the function's only argument: anything that Jackson can write as JSON, in
    ///     `snake_case`
    /// @throws IllegalArgumentException when Jackson cannot write it
    /// @throws CircleException what the circle answered; [ErrorCode#NO_SUCH_FUNCTION] when it has
    ///     no such function, [ErrorCode#SCRIPT_ERROR] when the function threw
    /// @throws ClientException when no answer came
    public CircleApi.Played call(String function, @Nullable Object args, CallOptions options)
            throws InterruptedException {
        ObjectNode params = Json.object().put("function", function);
        return run("call", params.set("args", argument(args)), options);
    }

    /// Options in the place of an argument would be sent, and have no effect.
    private static JsonNode argument(@Nullable Object args) {
        if (args instanceof CallOptions) {
            throw new IllegalArgumentException("options stand behind the args, null for none");
        }
        return Json.tree(args);
    }

    private CircleApi.Played run(String method, ObjectNode params, CallOptions options)
            throws InterruptedException {
        if (options.repeats()) {
            params.put(KEY, options.key().orElseGet(this::newKey));
        }
        return Results.of(method, asked(method, params, options), CircleApi.Played.class);
    }

    private String newKey() {
        byte[] key = new byte[KEY_BYTES];
        settings.random().nextBytes(key);
        return HexFormat.of().formatHex(key);
    }

    /// With an idempotency key it can be sent again, whoever has put it there.
    private JsonNode asked(String method, @Nullable JsonNode params, CallOptions options)
            throws InterruptedException {
        Ask ask = Ask.once(method, params, options.timeoutOr(settings.requestTimeout()));
        boolean repeats = params != null && params.path(KEY).isTextual();
        return requests.call(repeats ? ask.repeating() : ask);
    }

    /// Asks for the events of a topic that are published from now on. A gap is logged.
    ///
    /// @param topic 1 to 256 characters; `*` stands for any run of characters
    /// @param listener gets the events one at a time, in order, on a virtual thread of its own,
    ///     where it may block and use the client. What it throws is logged
    /// @throws CircleException what the circle answered; [ErrorCode#FORBIDDEN] without the right
    ///     to read
    /// @throws ClientException when no answer came
    public Subscription subscribe(String topic, Consumer<CircleApi.Published> listener)
            throws InterruptedException {
        return subscribe(topic, listener, gap -> logged(topic, gap));
    }

    private static void logged(String topic, EventGap gap) {
        LOG.atWarn()
                .addKeyValue("topic", topic)
                .addKeyValue("after", gap.after())
                .addKeyValue("up_to", gap.upTo())
                .log("events are missing");
    }

    /// Asks for the events of a topic that are published from now on, and for what is missing of
    /// them. After a lost connection the circle sends again what it has kept.
    ///
    /// @param topic 1 to 256 characters; `*` stands for any run of characters
    /// @param listener gets the events one at a time, in order, each at most once, on a virtual
    ///     thread of its own, where it may block and use the client. What it throws is logged
    /// @param onGap is told, by the same thread and in its place, that events are missing: the
    ///     circle did not keep them until the connection was back, or more than 4 Mi characters of
    ///     events waited for the listener
    /// @throws CircleException what the circle answered; [ErrorCode#FORBIDDEN] without the right
    ///     to read
    /// @throws ClientException when no answer came
    public Subscription subscribe(
            String topic, Consumer<CircleApi.Published> listener, Consumer<EventGap> onGap)
            throws InterruptedException {
        return subscribe(new EventFlow(topic, null, MAX_WAITING_EVENTS, listener, onGap));
    }

    /// Goes on with a topic from a number that is known, of an earlier [Subscription#position] for
    /// example; otherwise as the others.
    ///
    /// @param after number of the last event that is known; those after it come, as far as the
    ///     circle has kept them
    /// @throws CircleException what the circle answered; [ErrorCode#FORBIDDEN] without the right
    ///     to read
    /// @throws ClientException when no answer came
    public Subscription subscribe(
            String topic,
            long after,
            Consumer<CircleApi.Published> listener,
            Consumer<EventGap> onGap)
            throws InterruptedException {
        return subscribe(new EventFlow(topic, after, MAX_WAITING_EVENTS, listener, onGap));
    }

    private Subscription subscribe(EventFlow flow) throws InterruptedException {
        subscriptions.begin(flow);
        return new Subscription(flow, subscriptions);
    }

    /// The circle's relay, which carries messages between the parties of a threshold protocol. The
    /// same object each time.
    public Relay relay() {
        return relay;
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
        return request(method, params, type, settings.requestTimeout());
    }

    /// Calls any method of the circle. With an `idempotency_key` among the params it is sent again
    /// when the connection is lost.
    ///
    /// @param params a record, map, list or tree that is an object or an array as JSON; null for
    ///     none
    /// @param type what the result is read as; [JsonNode] takes anything
    /// @param timeout from the call to the answer, over all connections that it takes
    /// @throws IllegalArgumentException when `params` are none
    /// @throws CircleException what the circle answered
    /// @throws ClientException when no answer came, or one that does not fit `type`
    public <T> T request(String method, @Nullable Object params, Class<T> type, Duration timeout)
            throws InterruptedException {
        JsonNode tree = params == null ? null : Json.tree(params);
        if (tree != null && !tree.isContainerNode()) {
            throw new IllegalArgumentException(
                    "params are an object or an array as JSON, not " + tree.getNodeType());
        }
        return Results.any(method, asked(method, tree, CallOptions.timeout(timeout)), type);
    }

    /// Asks the circle who this client is to it, and what it may do.
    ///
    /// @throws CircleException what the circle answered
    /// @throws ClientException when no answer came
    public CircleApi.Whoami whoami() throws InterruptedException {
        JsonNode result = asked("whoami", null, CallOptions.standard());
        return Results.of("whoami", result, CircleApi.Whoami.class);
    }

    /// Ends the session; the client stays, anonymous from now on, also when it connects again.
    /// Requests to sign that are open end here, and no more come.
    ///
    /// @throws CircleException what the circle answered
    /// @throws ClientException when no answer came
    public void logout() throws InterruptedException {
        session.stop();
        if (listening != null) {
            listening.stop();
        }
        JsonNode result = asked("logout", null, CallOptions.standard());
        if (Results.of("logout", result, CircleApi.Authenticated.class).authenticated()) {
            throw new BadReplyException("logout", "authenticated is true", null);
        }
    }

    /// The circle's key. With a signer it is proven; without, it is only what the caller expects,
    /// and empty when the caller named none.
    public Optional<PublicKey> circle() {
        return session.circle();
    }

    /// How the client stands with its circle now. It may be otherwise when the caller reads it.
    public ClientState state() {
        return state.now();
    }

    /// Waits until the client has ended, whoever ended it, and says how: the exception is the one
    /// that requests fail with from then on. A client that connects again ends when it is closed,
    /// or connecting again is useless.
    public ConnectionLostException awaitEnd() throws InterruptedException {
        RuntimeException why = state.awaitClosed();
        return ConnectionState.ended(why, false);
    }

    /// Closes the connection, and connects no more. Says so to the circle and waits for its
    /// consent, two seconds at most; an interrupt cuts the waiting short and stays set. Requests
    /// in flight fail, events that the listeners have not got yet are dropped. Closing again does
    /// nothing.
    @Override
    public void close() {
        events.discard();
        subscriptions.endAll();
        reconnector.close();
    }
}
