package io.circles.server.transcript;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A conversation over a real WebSocket, that of the JDK.
public final class SocketConversation implements Conversation, WebSocket.Listener {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final BlockingQueue<String> came = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;

    /// Connects.
    public SocketConversation(URI url) {
        this.socket = CLIENT.newWebSocketBuilder().buildAsync(url, this).join();
    }

    @Override
    public void send(String frame) {
        socket.sendText(frame, true).join();
    }

    /// Sends a binary frame.
    public void send(byte[] frame) {
        socket.sendBinary(ByteBuffer.wrap(frame), true).join();
    }

    @Override
    public String receive() throws InterruptedException {
        String next = came.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing came");
        }
        return next;
    }

    /// What has come and was not received yet.
    public List<String> unreceived() {
        return List.copyOf(came);
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            came.add(partial.toString());
            partial.setLength(0);
        }
        from.request(1);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        came.add("close " + code);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        came.add("error " + error);
    }

    @Override
    public void close() {
        socket.abort();
    }
}
