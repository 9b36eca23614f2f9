package io.circles.script.redis;

import java.time.Instant;

/// A message that was sealed as it should be. Immutable, as long as nobody changes `body`.
///
/// @param until when it is past its time, by the clock of Redis
/// @param body what it says
@SuppressWarnings("ArrayRecordComponent") // bodies are compared by nobody
record Message(Instant until, byte[] body) {}
