package io.circles.protocol;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// A failure that the other end is told about: the one exception of Circles.
///
/// Whatever is put in here goes over the wire as it is, so it holds nothing that helps an attacker.
/// Any other exception that reaches an endpoint becomes [ErrorCode#INTERNAL_ERROR] and says
/// nothing. Immutable and safe to share between threads.
public final class CircleException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient RpcError error;

    /// A failure with the table's own words.
    public CircleException(ErrorCode code) {
        this(code, code.message());
    }

    /// A failure that says what was wrong, where, and what would be right.
    public CircleException(ErrorCode code, String message) {
        this(RpcError.of(code, message));
    }

    /// A failure as the other end described it.
    public CircleException(RpcError error) {
        super(error.message());
        this.error = error;
    }

    /// A param that is missing, unknown or not what it should be.
    ///
    /// @param param the param's name as the caller wrote it, `data.param`
    /// @param message what would be right
    public static CircleException invalidParam(String param, String message) {
        return new CircleException(ErrorCode.INVALID_PARAMS, "Invalid params: " + message)
                .with("param", param);
    }

    /// A limit that was reached.
    ///
    /// @param limit the configured bound, `data.limit`, in the limit's own unit
    /// @param used what was asked for or used up, `data.used`, in the same unit
    public static CircleException limit(ErrorCode code, String message, long limit, long used) {
        return new CircleException(code, message).with("limit", limit).with("used", used);
    }

    /// The same failure with one more fact in `data`.
    public CircleException with(String name, String value) {
        ObjectNode data = error.copyOfData();
        return withData(data.put(name, value));
    }

    /// The same failure with one more number in `data`.
    public CircleException with(String name, long value) {
        ObjectNode data = error.copyOfData();
        return withData(data.put(name, value));
    }

    private CircleException withData(ObjectNode data) {
        CircleException more =
                new CircleException(new RpcError(error.code(), error.message(), data));
        more.setStackTrace(getStackTrace());
        return more;
    }

    /// The same failure, of which it is not known whether what failed was done: to send it
    /// again may do it twice.
    public CircleException inDoubt() {
        return withData(error.copyOfData().put("retryable", false));
    }

    /// What failed, by the table; [ErrorCode#INTERNAL_ERROR] when the other end sent a number that
    /// is not in it ([#error()] has the number).
    public ErrorCode code() {
        return ErrorCode.of(error.code()).orElse(ErrorCode.INTERNAL_ERROR);
    }

    /// The failure as it stands on the wire.
    public RpcError error() {
        return error;
    }
}
