package io.circles.server.session;

import java.time.Duration;

/// How long things hold in a session, and how often they may fail.
///
/// @param session how long a log-in holds
/// @param nonce how long a nonce can be answered
/// @param failures failed authentications before the connection is closed
/// @param nonces nonces in a row without a log-in before the connection is closed
public record SessionRules(Duration session, Duration nonce, int failures, int nonces) {}
