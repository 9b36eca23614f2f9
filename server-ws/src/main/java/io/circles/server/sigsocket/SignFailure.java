package io.circles.server.sigsocket;

import io.circles.protocol.ErrorCode;
import java.util.Locale;

/// Why a request failed.
public enum SignFailure {
    /// A device answered something that cannot be read.
    MALFORMED_ANSWER(ErrorCode.INVALID_SIGNATURE, "the answer cannot be read"),
    /// A device answered with another message than it was sent.
    OTHER_MESSAGE(ErrorCode.INVALID_SIGNATURE, "the answer is for another message"),
    /// A device answered with a signature that does not verify.
    WRONG_SIGNATURE(ErrorCode.INVALID_SIGNATURE, "the signature does not verify"),
    /// The device that had it is gone.
    DISCONNECTED(ErrorCode.SIGNER_NOT_CONNECTED, "the device is gone"),
    /// Too much was asked of the key or in the circle, or too often by the requester.
    TOO_MANY(ErrorCode.BUSY, "too many requests"),
    /// The requester has its share of what may be open.
    TOO_MANY_OF_REQUESTER(ErrorCode.BUSY, "too many requests of this requester are open"),
    /// The message is longer than the circle allows.
    TOO_BIG(ErrorCode.INVALID_PARAMS, "the message is too big"),
    /// The server cannot keep what became of it.
    NOT_KEPT(ErrorCode.INTERNAL_ERROR, "the server cannot keep it");

    private final ErrorCode code;
    private final String words;

    SignFailure(ErrorCode code, String words) {
        this.code = code;
        this.words = words;
    }

    /// What whoever asked is answered.
    ErrorCode code() {
        return code;
    }

    String words() {
        return words;
    }

    /// Its name in the audit and for scripts: lower-case.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
