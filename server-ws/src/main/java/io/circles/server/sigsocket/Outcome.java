package io.circles.server.sigsocket;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.crypto.Signature;
import io.circles.server.store.AuditEvent;
import io.circles.server.store.SignRow;

/// How a request ended.
sealed interface Outcome {
    /// The key has signed.
    ///
    /// @param signature verified
    record Approved(Signature signature) implements Outcome {}

    /// Whoever holds the key said no.
    ///
    /// @param reason for whoever asked; may be empty
    record Rejected(String reason) implements Outcome {}

    /// Nobody answered in time.
    record Expired() implements Outcome {}

    /// Nobody wants the answer any more.
    ///
    /// @param why for the audit
    record Cancelled(String why) implements Outcome {}

    /// It could not be asked, or was answered wrongly.
    record Failed(SignFailure why) implements Outcome {}

    default SignState state() {
        return switch (this) {
            case Approved _ -> SignState.APPROVED;
            case Rejected _ -> SignState.REJECTED;
            case Expired _ -> SignState.EXPIRED;
            case Cancelled _ -> SignState.CANCELLED;
            case Failed _ -> SignState.FAILED;
        };
    }

    /// The signature, in hex with low S, or why there is none.
    default String verdict() {
        return switch (this) {
            case Approved(Signature signature) -> signature.hex();
            case Rejected(String reason) -> reason;
            case Expired _ -> "";
            case Cancelled(String why) -> why;
            case Failed(SignFailure why) -> why.word();
        };
    }

    /// As it is kept.
    default SignRow.End end() {
        AuditEvent event =
                switch (this) {
                    case Approved _ -> AuditEvent.APPROVED;
                    case Rejected _ -> AuditEvent.REJECTED;
                    case Expired _ -> AuditEvent.EXPIRED;
                    case Cancelled _ -> AuditEvent.CANCELLED;
                    case Failed _ -> AuditEvent.FAILED;
                };
        return new SignRow.End(event, verdict(), 0);
    }

    /// What whoever asked is given.
    ///
    /// @throws CircleException if it was not signed
    default Signed of(SignRequest request) {
        return switch (this) {
            case Approved(Signature signature) ->
                    new Signed(request, Signature.parse(signature.hex()));
            case Rejected(String reason) ->
                    throw new CircleException(
                                    ErrorCode.SIGNER_REJECTED,
                                    reason.isEmpty()
                                            ? ErrorCode.SIGNER_REJECTED.message()
                                            : ErrorCode.SIGNER_REJECTED.message() + ": " + reason)
                            .with("id", request.id());
            case Expired _ ->
                    throw new CircleException(ErrorCode.SIGNER_TIMEOUT).with("id", request.id());
            case Cancelled _ ->
                    throw new CircleException(ErrorCode.CANCELLED).with("id", request.id());
            case Failed(SignFailure why) ->
                    throw new CircleException(why.code(), why.code().message() + ": " + why.words())
                            .with("id", request.id());
        };
    }
}
