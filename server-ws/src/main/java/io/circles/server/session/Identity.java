package io.circles.server.session;

import io.circles.protocol.crypto.PublicKey;
import java.time.Instant;
import java.util.List;

/// Who a connection has proven to be.
public sealed interface Identity {

    /// Nobody yet, or nobody any more after a log-out.
    record Anonymous() implements Identity {}

    /// The holder of a key.
    ///
    /// @param roles what circles.json gives this member besides the rank
    /// @param expiresAt when it has to be proven again
    record Proven(PublicKey key, Rank rank, List<String> roles, Instant expiresAt)
            implements Identity {}

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
