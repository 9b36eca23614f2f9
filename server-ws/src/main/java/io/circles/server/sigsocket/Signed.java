package io.circles.server.sigsocket;

import io.circles.protocol.crypto.Signature;

/// A request that was signed.
///
/// @param signature verified, with low S
public record Signed(SignRequest request, Signature signature) {}
