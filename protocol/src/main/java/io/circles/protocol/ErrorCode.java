package io.circles.protocol;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Every way in which a request can fail: the one error table of Circles.
///
/// The first five numbers are those of JSON-RPC 2.0, section 5.1; -32005 to -32011 are numbered as
/// the jsonrpsee project does; the rest is ours. A number is never given a second meaning.
public enum ErrorCode {
    PARSE_ERROR(-32700, 400, "Parse error", Retry.USELESS),
    INVALID_REQUEST(-32600, 400, "Invalid Request", Retry.USELESS),
    METHOD_NOT_FOUND(-32601, 404, "Method not found", Retry.USELESS),
    INVALID_PARAMS(-32602, 400, "Invalid params", Retry.USELESS),
    INTERNAL_ERROR(-32603, 500, "Internal error", Retry.USELESS),

    SCRIPT_ERROR(-32000, 422, "Execution Error", Retry.USELESS),
    AUTHENTICATION_REQUIRED(-32001, 401, "Authentication Required", Retry.USELESS),
    INVALID_CREDENTIALS(-32002, 401, "Invalid Credentials", Retry.USELESS),
    FORBIDDEN(-32003, 403, "Forbidden", Retry.USELESS),
    SESSION_EXPIRED(-32004, 401, "Session expired", Retry.USELESS),

    BATCHES_OFF(-32005, 400, "Batches are off", Retry.USELESS),
    TOO_MANY_SUBSCRIPTIONS(-32006, 429, "Too many subscriptions", Retry.USELESS),
    REQUEST_TOO_BIG(-32007, 413, "Request too big", Retry.USELESS),
    RESPONSE_TOO_BIG(-32008, 500, "Response too big", Retry.USELESS),
    BUSY(-32009, 429, "Busy", Retry.CAN_HELP),
    BATCH_TOO_BIG(-32010, 413, "Batch too big", Retry.USELESS),
    BATCH_RESPONSE_TOO_BIG(-32011, 500, "Batch response too big", Retry.USELESS),

    SCRIPT_TIMEOUT(-32040, 504, "Script ran too long", Retry.USELESS),
    CPU(-32041, 422, "CPU time limit reached", Retry.USELESS),
    MEMORY(-32042, 422, "Memory limit reached", Retry.USELESS),
    STATEMENTS(-32043, 422, "Statement limit reached", Retry.USELESS),
    STACK(-32044, 422, "Stack limit reached", Retry.USELESS),
    SOURCE(-32045, 413, "Script source too long", Retry.USELESS),
    ARGUMENTS(-32046, 413, "Arguments too big", Retry.USELESS),
    OUTPUT(-32047, 422, "Output too big", Retry.USELESS),
    STATE(-32048, 422, "State limit reached", Retry.USELESS),
    HTTP(-32049, 422, "HTTP limit reached", Retry.USELESS),
    EFFECTS(-32050, 422, "Effects limit reached", Retry.USELESS),

    NO_WORKER(-32060, 503, "No worker", Retry.CAN_HELP),
    WORKER_LOST(-32061, 503, "Worker lost", Retry.CAN_HELP),
    CANCELLED(-32062, 499, "Cancelled", Retry.USELESS),
    CONFLICT(-32063, 409, "Conflict", Retry.CAN_HELP),
    IDEMPOTENCY_MISMATCH(
            -32064, 409, "Idempotency key was used for another request", Retry.USELESS),
    NO_SUCH_FUNCTION(-32065, 404, "No such function", Retry.USELESS),
    STATE_UNAVAILABLE(-32067, 503, "State unavailable", Retry.CAN_HELP),

    SIGNER_NOT_CONNECTED(-32070, 404, "Signer not connected", Retry.CAN_HELP),
    SIGNER_TIMEOUT(-32071, 408, "Signer did not answer in time", Retry.CAN_HELP),
    SIGNER_REJECTED(-32072, 409, "Signer rejected", Retry.USELESS),
    INVALID_SIGNATURE(-32073, 502, "Invalid signature", Retry.USELESS),

    RELAY_NOT_FOUND(-32080, 404, "No such group or session", Retry.USELESS),
    RELAY_NOT_MEMBER(-32081, 403, "Not a member", Retry.USELESS),
    RELAY_FULL(-32082, 409, "Full", Retry.USELESS),
    RELAY_BAD_PARTY(-32083, 409, "Bad party number", Retry.USELESS),
    RELAY_BAD_RECEIVER(-32084, 404, "Bad receiver", Retry.USELESS),
    RELAY_BAD_PARAMETERS(-32085, 400, "Bad parameters", Retry.USELESS),
    RELAY_ABORTED(-32086, 409, "Session aborted", Retry.USELESS);

    private enum Retry {
        CAN_HELP,
        USELESS
    }

    private static final Map<Integer, ErrorCode> BY_NUMBER =
            Arrays.stream(values())
                    .collect(Collectors.toUnmodifiableMap(ErrorCode::number, Function.identity()));

    private final int number;
    private final int httpStatus;
    private final String message;
    private final Retry retry;

    ErrorCode(int number, int httpStatus, String message, Retry retry) {
        this.number = number;
        this.httpStatus = httpStatus;
        this.message = message;
        this.retry = retry;
    }

    /// The code with that JSON-RPC number; empty for a number that is not in the table.
    public static Optional<ErrorCode> of(int number) {
        return Optional.ofNullable(BY_NUMBER.get(number));
    }

    /// The `code` of the JSON-RPC error.
    public int number() {
        return number;
    }

    /// The status of an HTTP answer with the same meaning.
    public int httpStatus() {
        return httpStatus;
    }

    /// The meaning in a few words, the `message` of an error that has nothing more to say.
    public String message() {
        return message;
    }

    /// The stable name on the wire, `data.kind`.
    public String kind() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Whether the same request may succeed when it is sent again, `data.retryable`.
    public boolean retryable() {
        return retry == Retry.CAN_HELP;
    }
}
