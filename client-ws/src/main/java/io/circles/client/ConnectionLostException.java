package io.circles.client;

/// The connection ended before the answer came, or had ended before the request was made. A request
/// in flight may or may not have been carried out: nobody knows.
public final class ConnectionLostException extends ClientException {
    private static final long serialVersionUID = 1;

    private final int closeCode;

    ConnectionLostException(LinkEnd end) {
        super(end.description(), end.cause());
        this.closeCode = end.code();
    }

    /// The close code of WebSocket (RFC 6455, section 7.4.1): 1000 after [CircleClient#close()],
    /// 1006 when the connection broke, 1009 for a message that was too big, 1012 when the server
    /// stops.
    public int closeCode() {
        return closeCode;
    }
}
