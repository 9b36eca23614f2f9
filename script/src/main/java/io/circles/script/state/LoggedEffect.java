package io.circles.script.state;

import java.time.Instant;

/// An effect in a circle's log.
///
/// @param number in the order of the commits, from 1, without gaps between those that are kept
/// @param runId of the run that asked for it
/// @param kind says how the body is to be read
/// @param body as JSON text
/// @param at when it was committed
public record LoggedEffect(long number, String runId, String kind, String body, Instant at) {}
