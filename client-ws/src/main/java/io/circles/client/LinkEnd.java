package io.circles.client;

import org.jspecify.annotations.Nullable;

/// How a connection ended. Immutable.
///
/// @param code the close code of WebSocket
/// @param reason what was said with it, perhaps nothing
/// @param byPeer whether the other end closed
/// @param cause what broke it; null when it was closed
record LinkEnd(int code, String reason, boolean byPeer, @Nullable Throwable cause) {
    static final int NORMAL = 1000;
    static final int PROTOCOL_ERROR = 1002;
    static final int TEXT_ONLY = 1003;
    static final int BROKEN = 1006;
    static final int TOO_BIG = 1009;

    static LinkEnd broken(String reason, @Nullable Throwable cause) {
        return new LinkEnd(BROKEN, reason, false, cause);
    }

    /// The client has ended, for a reason that makes connecting again useless.
    static LinkEnd given(RuntimeException why) {
        return new LinkEnd(NORMAL, String.valueOf(why.getMessage()), false, why);
    }

    /// There is no connection, for as long as somebody would wait.
    static LinkEnd notBack(String within, Throwable why) {
        return new LinkEnd(
                BROKEN, "it was not back within " + within + ": " + why.getMessage(), false, why);
    }

    String description() {
        String who = byPeer ? "the circle closed the connection" : "the connection is closed";
        String what = code == BROKEN ? "the connection broke" : who + " (" + code + ")";
        return reason.isEmpty() ? what : what + ": " + reason;
    }
}
