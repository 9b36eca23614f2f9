package io.circles.benchmarks.scenario;

/// A scenario cannot be measured; the message says why, for the table.
public final class ScenarioException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ScenarioException(String message) {
        super(message);
    }
}
