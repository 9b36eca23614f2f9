package io.circles.client;

import io.circles.protocol.DurationText;
import java.time.Duration;
import java.util.List;

/// What others in a relay session were to do was not done in time. The session goes on: wait again,
/// or [RelaySession#abort] it and say who is missing.
public final class RelayTimeoutException extends ClientException {
    private static final long serialVersionUID = 1;

    private final transient List<Integer> missing;

    RelayTimeoutException(String what, Duration timeout, List<Integer> missing) {
        super(
                "%s: not within %s%s"
                        .formatted(
                                what,
                                DurationText.of(timeout),
                                missing.isEmpty() ? "" : ", missing " + missing),
                null);
        this.missing = List.copyOf(missing);
    }

    /// The numbers of the parties that were waited for; empty when nobody knows yet who they are.
    public List<Integer> missing() {
        return missing;
    }
}
