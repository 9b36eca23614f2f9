package io.circles.server.store;

import java.time.Instant;
import java.util.Optional;

/// A request to sign as it is kept. Immutable.
///
/// @param asking the id of what a script asked for; empty for a request of which nothing is left
///     when the server ends
/// @param key whose signature is asked for, in hex
/// @param requester who asks: a key in hex, or a word
/// @param digest what of the message is signed, the name of a digest
/// @param signed the 32 bytes that are signed, in hex
/// @param created to the millisecond
/// @param expires to the millisecond
/// @param delivered whether a device was handed it
/// @param end what became of it
/// @param message the bytes in base64; empty when there is no asking
public record SignRow(
        String id,
        Optional<String> asking,
        String key,
        String requester,
        String contentType,
        String display,
        String digest,
        String signed,
        Instant created,
        Instant expires,
        boolean delivered,
        Optional<End> end,
        String message) {

    /// How a request ended.
    ///
    /// @param event one of those that end a request
    /// @param verdict see [AuditFact]
    /// @param entry number of the audit's entry of it; 0 while that is not written
    public record End(AuditEvent event, String verdict, long entry) {}

    /// The same, after its end.
    public SignRow with(Optional<End> how) {
        return new SignRow(
                id,
                asking,
                key,
                requester,
                contentType,
                display,
                digest,
                signed,
                created,
                expires,
                delivered,
                how,
                message);
    }

    /// The same with that message.
    SignRow withMessage(String bytes) {
        return new SignRow(
                id,
                asking,
                key,
                requester,
                contentType,
                display,
                digest,
                signed,
                created,
                expires,
                delivered,
                end,
                bytes);
    }

    /// What the audit says of it.
    AuditFact fact(AuditEvent event, String verdict) {
        return new AuditFact(event, id, key, requester, signed, display, verdict);
    }
}
