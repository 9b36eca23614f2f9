package io.circles.script;

import java.util.Locale;
import java.util.Optional;

/// A right that a caller or a run can have. `circles.json` names them by their [#word()].
public enum Capability {
    /// Running a script of one's own.
    PLAY,
    /// Calling the circle's functions.
    CALL,
    /// Reading the circle's state, subscribing to its events.
    READ,
    /// Changing the circle's state, publishing events.
    WRITE,
    /// Sending HTTP requests to the circle's allow-list.
    HTTP,
    /// Asking key holders for signatures.
    SIGN,
    /// Taking part in the relay.
    RELAY,
    /// Operating the circle.
    ADMIN;

    /// The name on the wire and in `circles.json`: lower-case.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The capability with exactly that word; empty for any other text.
    public static Optional<Capability> of(String word) {
        for (Capability capability : values()) {
            if (capability.word().equals(word)) {
                return Optional.of(capability);
            }
        }
        return Optional.empty();
    }
}
