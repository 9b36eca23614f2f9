package io.circles.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.RpcFrame;
import io.circles.protocol.RpcMessage;
import io.circles.protocol.SignApi;
import io.circles.protocol.crypto.PublicKey;
import io.circles.protocol.crypto.Signature;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.java_websocket.WebSocket;
import org.java_websocket.drafts.Draft;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.handshake.ServerHandshakeBuilder;
import org.java_websocket.server.DefaultSSLWebSocketServerFactory;
import org.java_websocket.server.WebSocketServer;
import org.jspecify.annotations.Nullable;

/// A circle for tests, on a port of its own: well-behaved until told otherwise, method by method.
final class FakeCircle extends WebSocketServer implements AutoCloseable {
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch clientGone = new CountDownLatch(1);
    private final Map<String, BiConsumer<WebSocket, RpcMessage.Request>> methods =
            new ConcurrentHashMap<>();
    private final BlockingQueue<WebSocket> devices = new LinkedBlockingQueue<>();
    private final Queue<RpcMessage> received = new ConcurrentLinkedQueue<>();
    private volatile Consumer<List<String>> spoilLines = lines -> {};
    private volatile UnaryOperator<CircleApi.Nonce> spoilNonce = UnaryOperator.identity();
    private volatile String nonce = "";
    private volatile String scheme = "ws";
    private volatile String messageLimit = "";

    private FakeCircle() {
        super(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        setConnectionLostTimeout(0);
        setTcpNoDelay(true);
        on("fetch_nonce", this::fetchNonce);
        on("authenticate", this::authenticate);
        on("play", this::play);
        on("sign_listen", this::signListen);
        answer("sign_respond", "{\"accepted\":true}");
        answer("sign_reject", "{\"accepted\":true}");
    }

    static FakeCircle open() throws InterruptedException {
        return open(null);
    }

    static FakeCircle open(@Nullable SSLContext tls) throws InterruptedException {
        FakeCircle circle = new FakeCircle();
        if (tls != null) {
            circle.scheme = "wss";
            circle.setWebSocketFactory(new DefaultSSLWebSocketServerFactory(tls));
        }
        circle.start();
        if (!circle.started.await(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the fake circle does not start");
        }
        return circle;
    }

    URI uri() {
        return uri("127.0.0.1", "/");
    }

    URI uri(String host, String path) {
        return URI.create(scheme + "://" + host + ":" + getPort() + path);
    }

    /// From now on a method does this.
    FakeCircle on(String method, BiConsumer<WebSocket, RpcMessage.Request> does) {
        methods.put(method, does);
        return this;
    }

    /// From now on a method answers this result.
    FakeCircle answer(String method, String json) {
        return on(method, (connection, request) -> result(connection, request, parsed(json)));
    }

    /// From now on a method answers this error.
    FakeCircle fail(String method, ErrorCode code) {
        return on(
                method,
                (connection, request) -> {
                    var error = new CircleException(code).error();
                    connection.send(new RpcMessage.Failure(request.id(), error).encode());
                });
    }

    /// Changes the lines of nonces before they are proven.
    void spoilLines(Consumer<List<String>> change) {
        spoilLines = change;
    }

    /// Changes nonces after they are proven.
    void spoilNonce(UnaryOperator<CircleApi.Nonce> change) {
        spoilNonce = change;
    }

    /// What has come so far.
    List<RpcMessage> received() {
        return List.copyOf(received);
    }

    /// The names of the methods of the requests that have come so far, but for the one by which a
    /// client learns when its session ends.
    List<String> requests() {
        return received.stream()
                .filter(RpcMessage.Request.class::isInstance)
                .map(message -> ((RpcMessage.Request) message).method())
                .filter(method -> !method.equals("whoami"))
                .toList();
    }

    /// The params of the requests of that method that have come so far.
    List<JsonNode> params(String method) {
        return received().stream()
                .filter(RpcMessage.Request.class::isInstance)
                .map(RpcMessage.Request.class::cast)
                .filter(request -> request.method().equals(method))
                .map(FakeCircle::params)
                .toList();
    }

    /// Sends a notification to the client that listens for requests to sign; waits for one.
    void tell(String method, JsonNode params) throws InterruptedException {
        WebSocket device = devices.take();
        devices.add(device);
        device.send(new RpcMessage.Notification(method, params).encode());
    }

    /// Ends the connection of the client that listens for requests to sign, in no proper way.
    void cut() throws InterruptedException {
        devices.take().closeConnection(1006, "cut");
    }

    /// Ends all connections, in no proper way.
    void cutAll() {
        getConnections().forEach(connection -> connection.closeConnection(1006, "cut"));
    }

    /// Sends a notification on all connections.
    void tellAll(RpcMessage.Notification notification) {
        broadcast(notification.encode());
    }

    /// From now on sessions end so many seconds after the nonce was made, which is long ago by
    /// this machine's clock.
    void sessionsOf(long seconds) {
        long end = SignRequests.NOW.getEpochSecond() + seconds;
        answer(
                "whoami",
                """
                {"authenticated":true,"pubkey":"02","circle":"02","roles":[],"capabilities":[],
                "expires_at":%d}
                """
                        .formatted(end));
    }

    /// Whether a client's connection has ended by now, or does soon.
    boolean lostItsClient() throws InterruptedException {
        return clientGone.await(10, TimeUnit.SECONDS);
    }

    static void result(WebSocket connection, RpcMessage.Request request, JsonNode result) {
        connection.send(new RpcMessage.Success(request.id(), result).encode());
    }

    static JsonNode parsed(String json) {
        try {
            return Json.parse(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    /// What came with a request; an empty object when nothing did.
    static JsonNode params(RpcMessage.Request request) {
        JsonNode params = request.params();
        return params == null ? Json.object() : params;
    }

    private static String param(RpcMessage.Request request, String name) {
        return params(request).path(name).asText();
    }

    private void fetchNonce(WebSocket connection, RpcMessage.Request request) {
        String origin = "%s://127.0.0.1:%d".formatted(scheme, getPort());
        PublicKey client = PublicKey.parse(param(request, "pubkey"));
        List<String> lines = Nonces.lines(origin, client, param(request, "challenge"));
        spoilLines.accept(lines);
        CircleApi.Nonce made = spoilNonce.apply(Nonces.proven(Nonces.CIRCLE, lines));
        nonce = made.nonce();
        result(connection, request, Json.tree(made));
    }

    private void authenticate(WebSocket connection, RpcMessage.Request request) {
        PublicKey client = PublicKey.parse(param(request, "pubkey"));
        Signature signature = Signature.parse(param(request, "signature"));
        boolean right = signature.verifies(client, nonce.getBytes(StandardCharsets.UTF_8));
        result(connection, request, Json.tree(new CircleApi.Authenticated(right)));
    }

    private void signListen(WebSocket connection, RpcMessage.Request request) {
        devices.clear();
        devices.add(connection);
        result(connection, request, Json.tree(new SignApi.Listening(true)));
    }

    private void play(WebSocket connection, RpcMessage.Request request) {
        result(connection, request, played(param(request, "script"), request.params()));
    }

    static JsonNode played(String output, @Nullable JsonNode value) {
        var usage = new CircleApi.Usage(1, 2, 3);
        return Json.tree(new CircleApi.Played(output, Json.tree(value), List.of(), usage));
    }

    @Override
    public void onMessage(WebSocket connection, String text) {
        RpcMessage message = (RpcMessage) RpcFrame.parse(text, 1).items().getFirst();
        received.add(message);
        if (message instanceof RpcMessage.Request request) {
            methods.getOrDefault(request.method(), (ws, ignored) -> {}).accept(connection, request);
        }
    }

    /// From now on it says to new clients that it reads so many bytes of a message.
    void messageLimit(long bytes) {
        messageLimit = Long.toString(bytes);
    }

    @Override
    public ServerHandshakeBuilder onWebsocketHandshakeReceivedAsServer(
            WebSocket connection, Draft draft, ClientHandshake request)
            throws InvalidDataException {
        ServerHandshakeBuilder answer =
                super.onWebsocketHandshakeReceivedAsServer(connection, draft, request);
        if (!messageLimit.isEmpty()) {
            answer.put("Circles-Message-Limit", messageLimit);
        }
        return answer;
    }

    @Override
    public void onOpen(WebSocket connection, ClientHandshake handshake) {
        // every test begins with a request
    }

    @Override
    public void onClose(WebSocket connection, int code, String reason, boolean remote) {
        clientGone.countDown();
    }

    @Override
    public void onError(@Nullable WebSocket connection, Exception e) {
        // what a test provokes shows at the client
    }

    @Override
    public void onStart() {
        started.countDown();
    }

    @Override
    public void close() {
        try {
            stop(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
