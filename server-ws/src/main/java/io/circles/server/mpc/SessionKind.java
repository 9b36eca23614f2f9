package io.circles.server.mpc;

import io.circles.protocol.RelayApi;
import java.util.Arrays;
import java.util.Optional;

/// What a session is for.
public enum SessionKind {
    /// Making a key.
    KEYGEN(RelayApi.KEYGEN),
    /// Signing with it.
    SIGN(RelayApi.SIGN);

    private final String word;

    SessionKind(String word) {
        this.word = word;
    }

    /// Its name on the wire.
    public String word() {
        return word;
    }

    /// The kind of that name, if there is one.
    public static Optional<SessionKind> of(String word) {
        return Arrays.stream(values()).filter(kind -> kind.word.equals(word)).findFirst();
    }

    /// How many parties it takes.
    int seats(RelayApi.Parameters group) {
        return switch (this) {
            case KEYGEN -> group.parties();
            case SIGN -> group.threshold() + 1;
        };
    }
}
