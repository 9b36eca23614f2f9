package io.circles.server.session;

import static io.circles.script.Capability.ADMIN;
import static io.circles.script.Capability.CALL;
import static io.circles.script.Capability.HTTP;
import static io.circles.script.Capability.PLAY;
import static io.circles.script.Capability.READ;
import static io.circles.script.Capability.RELAY;
import static io.circles.script.Capability.SIGN;
import static io.circles.script.Capability.WRITE;

import io.circles.script.Capability;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What each rank may do in one circle: `access` in circles.json. Immutable.
public final class Access {
    private static final Map<Rank, Set<Capability>> BY_DEFAULT =
            Map.of(
                    Rank.ANONYMOUS, Set.of(),
                    Rank.AUTHENTICATED, Set.of(PLAY, CALL),
                    Rank.MEMBER, Set.of(READ, WRITE, HTTP, SIGN, RELAY),
                    Rank.OWNER, Set.of(ADMIN));

    /// Every rank at its default.
    public static final Access DEFAULTS = new Access(BY_DEFAULT);

    private final Map<Rank, Set<Capability>> granted;

    /// What each rank has, those below it included: every request asks.
    private final Map<Rank, Set<Capability>> all = new EnumMap<>(Rank.class);

    /// The access that a circle grants.
    ///
    /// @param granted what a rank adds to those below it; a rank that is not in it has its default
    public Access(Map<Rank, Set<Capability>> granted) {
        this.granted = Map.copyOf(granted);
        EnumSet<Capability> soFar = EnumSet.noneOf(Capability.class);
        for (Rank rank : Rank.values()) {
            soFar.addAll(granted.getOrDefault(rank, BY_DEFAULT.getOrDefault(rank, Set.of())));
            all.put(rank, Collections.unmodifiableSet(EnumSet.copyOf(soFar)));
        }
    }

    /// What was granted: what a rank adds to those below it, without the defaults of the others.
    public Map<Rank, Set<Capability>> granted() {
        return granted;
    }

    /// All that a rank may do, what it has from the ranks below it included.
    public Set<Capability> of(Rank rank) {
        return all.getOrDefault(rank, Set.of());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Access access && granted.equals(access.granted);
    }

    @Override
    public int hashCode() {
        return granted.hashCode();
    }

    @Override
    public String toString() {
        return "Access" + granted;
    }
}
