package io.circles.client;

import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.PublicKey;
import io.circles.protocol.crypto.Signature;

/// Whoever holds a key and signs with it: a key pair in memory, a wallet, a device, another
/// process.
///
/// Called by the thread that connects, one call at a time for each client; and again, by a thread
/// of the client's, whenever the client connects again or its session has to be renewed. That
/// thread is interrupted when the client is closed meanwhile.
public interface Signer {

    /// The key; always the same.
    PublicKey publicKey();

    /// Signs a message in one of the accepted forms. The message is a text in UTF-8 that can be
    /// shown to a person; it was checked before. May block as long as it takes; a circle waits
    /// some 60 s.
    ///
    /// Whatever it throws, a refusal for example, ends the connecting and reaches its caller as it
    /// is. A client that connects again tries on after a [SignerUnavailableException], and closes
    /// for anything else. A renewal that fails before the session's end is tried again until then.
    ///
    /// @throws InterruptedException when the thread is interrupted while it waits
    Signature sign(byte[] message) throws InterruptedException;

    /// The signer of a key in memory; does not block.
    static DigestSigner of(KeyPair keyPair) {
        return new DigestSigner() {
            @Override
            public PublicKey publicKey() {
                return keyPair.publicKey();
            }

            @Override
            public Signature sign(byte[] message) {
                return keyPair.sign(message);
            }

            @Override
            public Signature signDigest(byte[] digest) {
                return keyPair.signDigest(digest);
            }
        };
    }
}
