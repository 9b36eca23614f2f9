package io.circles.server.session;

import static java.time.temporal.ChronoUnit.MILLIS;

import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.crypto.PublicKey;
import io.circles.protocol.crypto.Signature;
import io.circles.script.Capability;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The conversation of one connection about who is at its other end.
///
/// At most one nonce is open; the next replaces it, and any answer, right or wrong, uses it up.
/// Confined to the connection's mailbox; an [Identity] may be handed to other threads.
public final class Session {
    private static final int CONNECTION_ID_BYTES = 16;

    private final SessionContext circle;
    private final Challenge.Place place;

    private @Nullable Challenge open;
    private Identity identity = new Identity.Anonymous();
    private int failures;
    private int noncesInRow;

    /// A session in which nobody has proven anything.
    ///
    /// @param origin the circle's origin that the client dialled
    public Session(SessionContext circle, Origin origin) {
        this.circle = circle;
        byte[] id = new byte[CONNECTION_ID_BYTES];
        circle.random().nextBytes(id);
        this.place =
                new Challenge.Place(origin, circle.key().publicKey(), HexFormat.of().formatHex(id));
    }

    /// A new nonce for a key, which replaces the last one.
    ///
    /// @param own the client's part of it, null when it sent none
    /// @throws CircleException [ErrorCode#INVALID_CREDENTIALS] when too many were asked for in a
    ///     row
    public CircleApi.Nonce challenge(PublicKey key, @Nullable String own) {
        open = null;
        noncesInRow++;
        if (noncesInRow > circle.rules().nonces()) {
            throw new CircleException(
                    ErrorCode.INVALID_CREDENTIALS,
                    "Invalid Credentials: too many nonces without a log-in");
        }
        Challenge challenge =
                Challenge.issue(
                        place,
                        key,
                        own,
                        circle.clock().instant(),
                        circle.rules().nonce(),
                        circle.random());
        open = challenge;
        return new CircleApi.Nonce(
                challenge.text(),
                challenge.expiresAt().getEpochSecond(),
                challenge.proof(circle.key()).hex());
    }

    /// Answers the open nonce.
    ///
    /// @throws CircleException [ErrorCode#INVALID_CREDENTIALS] whatever is wrong: no nonce, an old
    ///     or a used one, another key's, or a signature that does not verify
    public Identity.Proven authenticate(PublicKey key, Signature signature) {
        Challenge challenge = open;
        open = null;
        Instant now = circle.clock().instant();
        if (challenge == null || !challenge.isAnsweredBy(key, signature, now)) {
            failures++;
            throw new CircleException(ErrorCode.INVALID_CREDENTIALS);
        }
        noncesInRow = 0;
        failures = 0;
        Identity.Proven proven = circle.proven(key, now);
        identity = proven;
        return proven;
    }

    /// Counts a key or signature that could not even be read as a failed answer, and uses the nonce
    /// up.
    public void malformedAnswer() {
        open = null;
        failures++;
    }

    /// Whether there were so many failures that the connection should be closed.
    public boolean exhausted() {
        return failures >= circle.rules().failures() || noncesInRow > circle.rules().nonces();
    }

    /// Forgets who it was.
    public void logout() {
        identity = new Identity.Anonymous();
        open = null;
    }

    /// Who it is now. A session that has run out is found to be so here, by the clock.
    public Identity identity() {
        if (identity instanceof Identity.Proven proven
                && !circle.clock().instant().isBefore(proven.expiresAt())) {
            identity = new Identity.Expired(proven.key());
        }
        return identity;
    }

    /// How long the log-in still holds, in milliseconds and at least one; one where there is none.
    public long millisLeft() {
        return identity instanceof Identity.Proven proven
                ? Math.max(1, circle.clock().instant().until(proven.expiresAt(), MILLIS))
                : 1;
    }

    /// What somebody may do here.
    public Set<Capability> capabilities(Identity who) {
        return circle.access().of(who.rank());
    }

    /// Lets only those pass who have proven a key.
    ///
    /// @throws CircleException [ErrorCode#AUTHENTICATION_REQUIRED] or [ErrorCode#SESSION_EXPIRED]
    public static Identity.Proven proven(Identity who) {
        return switch (who) {
            case Identity.Anonymous _ ->
                    throw new CircleException(ErrorCode.AUTHENTICATION_REQUIRED);
            case Identity.Expired _ -> throw new CircleException(ErrorCode.SESSION_EXPIRED);
            case Identity.Proven proven -> proven;
        };
    }

    /// Lets only those pass who have a capability.
    ///
    /// @throws CircleException [ErrorCode#AUTHENTICATION_REQUIRED], [ErrorCode#SESSION_EXPIRED] or
    ///     [ErrorCode#FORBIDDEN] with `data.needs`
    public void require(Identity who, Capability needed) {
        if (capabilities(who).contains(needed)) {
            return;
        }
        throw switch (who) {
            case Identity.Anonymous _ -> new CircleException(ErrorCode.AUTHENTICATION_REQUIRED);
            case Identity.Expired _ -> new CircleException(ErrorCode.SESSION_EXPIRED);
            case Identity.Proven _ ->
                    new CircleException(
                                    ErrorCode.FORBIDDEN,
                                    "Insufficient authorization: needs the capability "
                                            + needed.word())
                            .with("needs", needed.word());
        };
    }
}
