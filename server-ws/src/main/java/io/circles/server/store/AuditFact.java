package io.circles.server.store;

/// What is to be audited. Immutable.
///
/// @param request its id
/// @param key whose signature was asked for, in hex
/// @param requester who asked: a key in hex, or a word
/// @param digest the 32 bytes that are signed, in hex
/// @param display what was shown to whoever decides
/// @param verdict what came of it: the signature in hex, the reason, or empty
public record AuditFact(
        AuditEvent event,
        String request,
        String key,
        String requester,
        String digest,
        String display,
        String verdict) {}
