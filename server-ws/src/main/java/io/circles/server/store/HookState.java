package io.circles.server.store;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What became of a webhook's event.
public enum HookState {
    /// It is to be handled.
    WAITING,
    /// It is to be handled after another one of the same object.
    BEHIND,
    /// It was handled.
    DONE,
    /// Its handler has failed too often.
    DEAD,
    /// The circle has no handler for it.
    UNHANDLED;

    /// In lower case.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The state of that name.
    public static Optional<HookState> of(String word) {
        return Arrays.stream(values()).filter(each -> each.word().equals(word)).findFirst();
    }
}
