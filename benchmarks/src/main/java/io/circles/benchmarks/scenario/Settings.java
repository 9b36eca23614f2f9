package io.circles.benchmarks.scenario;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// How to measure.
///
/// @param root the project's folder
/// @param connections of a contest, at least 1
/// @param pairs how often ours and the peer take turns, at least 1
/// @param slice how long each of their turns lasts
/// @param peerOptions more words for the peer's command line
public record Settings(
        Path root, int connections, int pairs, Duration slice, List<String> peerOptions) {
    /// Copies, and checks the numbers.
    public Settings {
        peerOptions = List.copyOf(peerOptions);
        if (connections < 1 || pairs < 1 || !slice.isPositive()) {
            throw new IllegalArgumentException("connections, pairs and seconds are 1 or more");
        }
    }
}
