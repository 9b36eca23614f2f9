package io.circles.client;

import io.circles.protocol.crypto.PublicKey;

/// What a log-in has shown of the circle. Immutable.
///
/// @param circle the key that it has proven
/// @param time its clock, as the nonce showed it
record LoggedIn(PublicKey circle, CircleTime time) {}
