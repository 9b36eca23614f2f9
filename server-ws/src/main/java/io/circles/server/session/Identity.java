package io.circles.server.session;

import io.circles.protocol.crypto.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/// Who a connection has proven to be.
public sealed interface Identity {

    /// Nobody yet, or nobody any more after a log-out.
    record Anonymous() implements Identity {}

    /// The holder of a key.
    ///
    /// @param roles what circles.json gives this member besides the rank
    /// @param expiresAt when it has to be proven again
    record Proven(PublicKey key, Rank rank, List<String> roles, Instant expiresAt)
            implements Identity {
        /// The rank's word and the roles, as `whoami` and scripts see them.
        public List<String> rankAndRoles() {
            return Stream.concat(Stream.of(rank.word()), roles.stream()).toList();
        }
    }

    /// The holder of a key whose session ran out; has the rights of the anonymous.
    record Expired(PublicKey key) implements Identity {}

    /// Where it stands.
    default Rank rank() {
        return switch (this) {
            case Proven proven -> proven.rank;
            case Anonymous _, Expired _ -> Rank.ANONYMOUS;
        };
    }
}
