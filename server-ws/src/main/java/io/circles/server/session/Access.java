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
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/// What each rank may do in one circle: `access` in circles.json. Immutable.
///
/// @param granted what a rank adds to those below it; a rank that is not in it has its default
public record Access(Map<Rank, Set<Capability>> granted) {
    private static final Map<Rank, Set<Capability>> BY_DEFAULT =
            Map.of(
                    Rank.ANONYMOUS, Set.of(),
                    Rank.AUTHENTICATED, Set.of(PLAY, CALL),
                    Rank.MEMBER, Set.of(READ, WRITE, HTTP, SIGN, RELAY),
                    Rank.OWNER, Set.of(ADMIN));

    /// Every rank at its default.
    public static final Access DEFAULTS = new Access(BY_DEFAULT);

    public Access {
        granted = resolved(granted);
    }

    private static Map<Rank, Set<Capability>> resolved(Map<Rank, Set<Capability>> granted) {
        Map<Rank, Set<Capability>> all = new EnumMap<>(Rank.class);
        EnumSet<Capability> soFar = EnumSet.noneOf(Capability.class);
        for (Rank rank : Rank.values()) {
            soFar.addAll(granted.getOrDefault(rank, BY_DEFAULT.getOrDefault(rank, Set.of())));
            all.put(rank, Set.copyOf(soFar));
        }
        return Map.copyOf(all);
    }

    /// All that a rank may do, what it has from the ranks below it included.
    public Set<Capability> of(Rank rank) {
        return granted.getOrDefault(rank, Set.of());
    }
}
