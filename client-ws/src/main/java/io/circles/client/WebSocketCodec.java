package io.circles.client;

import io.circles.client.DialException.RefusedUpgrade;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import org.java_websocket.WebSocket;
import org.java_websocket.WebSocketAdapter;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.drafts.Draft;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.exceptions.InvalidHandshakeException;
import org.java_websocket.framing.Framedata;
import org.java_websocket.framing.PingFrame;
import org.java_websocket.handshake.HandshakeImpl1Client;
import org.java_websocket.handshake.Handshakedata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// WebSocket without a socket: bytes in and messages out, messages in and bytes out. Answers pings
/// and closes, ends the connection over frames that the standard or the size limit forbids.
///
/// It stands on the engine of Java-WebSocket and not on its client class, whose threads, send
/// queue and waiting cannot be bounded.
///
/// Concurrency: [#upgrade], [#upgraded] and [#received] belong to the one thread that reads, which
/// also runs `onText`. [#text] and [#close] may be called by any thread. `out` and `onEnd` are
/// called by any of them and must not block; `onEnd`, and the writing of `end` before it, happen
/// once, under the engine's own lock, as soon as either side has decided to close.
final class WebSocketCodec extends WebSocketAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketCodec.class);

    private final int maxMessageBytes;
    private final Consumer<ByteBuffer> out;
    private final Consumer<String> onText;
    private final Consumer<LinkEnd> onEnd;
    private final WebSocketImpl engine;
    private volatile @Nullable LinkEnd end;

    WebSocketCodec(
            int maxMessageBytes,
            Consumer<ByteBuffer> out,
            Consumer<String> onText,
            Consumer<LinkEnd> onEnd) {
        this.maxMessageBytes = maxMessageBytes;
        this.out = out;
        this.onText = onText;
        this.onEnd = onEnd;
        this.engine = new WebSocketImpl(this, new Draft_6455(List.of(), maxMessageBytes));
    }

    /// Writes the request to upgrade.
    ///
    /// @param headers besides those of the upgrade
    void upgrade(Endpoint endpoint, Map<String, String> headers) {
        HandshakeImpl1Client request = new HandshakeImpl1Client();
        request.setResourceDescriptor(endpoint.resource());
        headers.forEach(request::put);
        request.put("Host", endpoint.hostHeader());
        try {
            engine.startHandshake(request);
        } catch (InvalidHandshakeException e) {
            throw new IllegalStateException("a request of our own making", e);
        }
    }

    /// Takes the head of the answer.
    ///
    /// @throws RefusedUpgrade when it does not belong to the request
    void upgraded(byte[] head) throws RefusedUpgrade {
        engine.decode(ByteBuffer.wrap(head));
        if (!engine.isOpen()) {
            throw new RefusedUpgrade("the answer does not fit the request to upgrade", 0);
        }
    }

    /// Takes bytes as they come, cut anywhere; those after a close are ignored.
    void received(byte[] bytes, int length) {
        engine.decode(ByteBuffer.wrap(bytes, 0, length));
    }

    /// A text message as a frame.
    ByteBuffer text(String text) {
        Draft draft = engine.getDraft();
        return draft.createBinaryFrame(draft.createFrames(text, true).getFirst());
    }

    /// Writes a ping, unless the connection is closing.
    void ping() {
        if (engine.isOpen()) {
            engine.sendFrame(new PingFrame());
        }
    }

    /// Writes a close frame, unless the connection is closing already.
    void close(int code, String reason) {
        engine.close(code, reason);
    }

    boolean isOpen() {
        return engine.isOpen();
    }

    /// How the connection ends; null while it does not.
    @Nullable LinkEnd end() {
        return end;
    }

    @Override
    public void onWriteDemand(WebSocket conn) {
        BlockingQueue<ByteBuffer> written = engine.outQueue;
        for (ByteBuffer bytes = written.poll(); bytes != null; bytes = written.poll()) {
            out.accept(bytes);
        }
    }

    @Override
    public void onWebsocketMessage(WebSocket conn, String message) {
        onText.accept(message);
    }

    @Override
    public void onWebsocketMessage(WebSocket conn, ByteBuffer blob) {
        close(LinkEnd.TEXT_ONLY, "text frames only");
    }

    @Override
    public void onWebsocketClosing(WebSocket conn, int code, String reason, boolean remote) {
        boolean tooBig = code == LinkEnd.TOO_BIG && !remote;
        String why =
                tooBig ? "it sent a message of more than " + maxMessageBytes + " bytes" : reason;
        LinkEnd how = new LinkEnd(code, why == null ? "" : why, remote, null);
        end = how;
        onEnd.accept(how);
    }

    @Override
    public void onWebsocketError(WebSocket conn, Exception ex) {
        LOG.atDebug().setCause(ex).log("a frame was not understood");
    }

    @Override
    public void onWebsocketPong(WebSocket conn, Framedata frame) {
        // that something has come is all that a ping wants to know
    }

    @Override
    public void onWebsocketOpen(WebSocket conn, Handshakedata handshake) {
        // upgraded() asks for it
    }

    @Override
    public void onWebsocketCloseInitiated(WebSocket conn, int code, String reason) {
        // onWebsocketClosing follows
    }

    @Override
    public void onWebsocketClose(WebSocket conn, int code, String reason, boolean remote) {
        // the socket is not the engine's, so neither is its end
    }

    @Override
    public @Nullable InetSocketAddress getLocalSocketAddress(WebSocket conn) {
        return null;
    }

    @Override
    public @Nullable InetSocketAddress getRemoteSocketAddress(WebSocket conn) {
        return null;
    }
}
