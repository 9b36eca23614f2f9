package io.circles.server.session;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// Where somebody stands in a circle, lowest first. Each rank has also what those below it have.
public enum Rank {
    /// Nobody has proven a key.
    ANONYMOUS,
    /// Any proven key.
    AUTHENTICATED,
    /// A key that the configuration lists as a member.
    MEMBER,
    /// The circle's own key and those listed as owners.
    OWNER;

    /// The rank of that name, if there is one.
    public static Optional<Rank> of(String word) {
        return Arrays.stream(values()).filter(rank -> rank.word().equals(word)).findFirst();
    }

    /// Its name in circles.json and in `whoami`.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
