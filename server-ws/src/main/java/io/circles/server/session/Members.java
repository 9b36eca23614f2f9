package io.circles.server.session;

import io.circles.protocol.crypto.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Who belongs to a circle: `owners` and `members` in circles.json. Immutable.
///
/// @param owners keys with the owner's rank; the circle's own key has it in any case
/// @param members keys with the member's rank, each with the roles the configuration gives it
public record Members(Set<PublicKey> owners, Map<PublicKey, List<String>> members) {
    /// Nobody but the circle's own key.
    public static final Members NONE = new Members(Set.of(), Map.of());

    public Members {
        owners = Set.copyOf(owners);
        members = Map.copyOf(members);
    }

    /// Where a proven key stands.
    public Rank rank(PublicKey circle, PublicKey key) {
        if (key.equals(circle) || owners.contains(key)) {
            return Rank.OWNER;
        }
        return members.containsKey(key) ? Rank.MEMBER : Rank.AUTHENTICATED;
    }

    /// The roles of a key, none for one that is not a member.
    public List<String> roles(PublicKey key) {
        return members.getOrDefault(key, List.of());
    }
}
