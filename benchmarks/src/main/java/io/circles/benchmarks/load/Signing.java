package io.circles.benchmarks.load;

import java.time.Duration;

/// What a run of requests to sign has seen.
///
/// @param measured as of any run; a request is timed from its sending to its answer
/// @param crypto the part of the generator's processor time that it signed and verified in
public record Signing(Measured measured, Duration crypto) {}
