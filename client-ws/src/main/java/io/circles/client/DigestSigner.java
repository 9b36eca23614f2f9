package io.circles.client;

import io.circles.protocol.crypto.Signature;

/// A signer that can also sign what others ask its key to sign: see
/// [CircleClientBuilder#onSignRequest].
///
/// Unlike [#sign], [#signDigest] may be called by several threads at once.
public interface DigestSigner extends Signer {

    /// Signs 32 bytes as they are; what they are the digest of was decided before. May block as
    /// long as it takes, and is interrupted when the request has ended meanwhile.
    ///
    /// Whatever else it throws is logged, and the request is rejected.
    ///
    /// @throws InterruptedException when the thread is interrupted while it waits
    Signature signDigest(byte[] digest) throws InterruptedException;
}
