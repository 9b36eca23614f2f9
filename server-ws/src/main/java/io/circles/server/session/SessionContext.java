package io.circles.server.session;

import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.PublicKey;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;

/// What all sessions of a circle share: its key, its members and their rights, its rules.
/// Immutable.
///
/// @param key signs the proof of each nonce, and nothing else
public record SessionContext(
        KeyPair key,
        Members members,
        Access access,
        SessionRules rules,
        InstantSource clock,
        SecureRandom random) {

    Identity.Proven proven(PublicKey proven, Instant now) {
        return new Identity.Proven(
                proven,
                members.rank(key.publicKey(), proven),
                members.roles(proven),
                now.plus(rules.session()));
    }
}
