package io.circles.client;

/// The connection ended before the answer came, or is not there and was not back in time. Trying
/// again can help: [#mayHaveBeenDone] says whether the request may have been carried out, and an
/// [idempotency key][CallOptions#idempotent] has the client itself try again.
public final class ConnectionLostException extends ClientException {
    private static final long serialVersionUID = 1;

    private final int closeCode;
    private final boolean mayHaveBeenDone;

    ConnectionLostException(LinkEnd end, boolean mayHaveBeenDone) {
        super(end.description(), end.cause());
        this.closeCode = end.code();
        this.mayHaveBeenDone = mayHaveBeenDone;
    }

    private ConnectionLostException(ConnectionLostException first, boolean mayHaveBeenDone) {
        super(String.valueOf(first.getMessage()), first);
        this.closeCode = first.closeCode;
        this.mayHaveBeenDone = mayHaveBeenDone;
    }

    /// The same end, as another request meets it.
    ConnectionLostException again(boolean sent) {
        return new ConnectionLostException(this, sent);
    }

    /// The close code of WebSocket (RFC 6455, section 7.4.1): 1000 after [CircleClient#close()],
    /// 1006 when the connection broke or is not there, 1009 for a message that was too big, 1012
    /// when the server stops.
    public int closeCode() {
        return closeCode;
    }

    /// Whether the request was sent, so that nobody knows whether it was carried out. When it was
    /// not, it can be made again whatever it does.
    public boolean mayHaveBeenDone() {
        return mayHaveBeenDone;
    }
}
