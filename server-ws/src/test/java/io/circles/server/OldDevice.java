package io.circles.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.circles.protocol.crypto.Signature;
import io.circles.server.socket.Frame;
import io.circles.server.socket.RawSocket;
import io.circles.server.transcript.Cast;
import java.net.URI;
import java.util.Base64;

/// A device of the original signing protocol, in its plain form.
final class OldDevice implements AutoCloseable {
    private final Cast who;
    final RawSocket socket;

    private OldDevice(Cast who, RawSocket socket) {
        this.who = who;
        this.socket = socket;
    }

    /// One that has said nothing yet.
    static RawSocket dial(CircleServer circle) {
        return dial(circle, "");
    }

    static RawSocket dial(CircleServer circle, String query) {
        return RawSocket.dial(URI.create(circle.url() + "/ws" + query));
    }

    /// One that has said whose it is.
    static OldDevice of(Cast who, CircleServer circle) {
        RawSocket socket = dial(circle);
        socket.send(who.pair().publicKey().hex());
        return new OldDevice(who, socket);
    }

    /// The message that it is asked to sign, or how the connection ended.
    String asked() {
        String frame = socket.receive();
        return frame.startsWith("close") || frame.equals("end") ? frame : decoded(frame);
    }

    private static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), UTF_8);
    }

    /// Whether nothing comes before the answer to a ping does.
    boolean isLeftAlone() {
        socket.send(Frame.PING, true, new byte[0]);
        return socket.next().opcode() == Frame.PONG;
    }

    void answer(String message) {
        answer(message, base64(sign(message).compact()));
    }

    void answer(String message, String signature) {
        socket.send(base64(message.getBytes(UTF_8)) + "." + signature);
    }

    Signature sign(String message) {
        return who.pair().sign(message.getBytes(UTF_8));
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /// Ends the connection without a word.
    void hangUp() {
        socket.close();
    }

    @Override
    public void close() {
        socket.close();
    }
}
