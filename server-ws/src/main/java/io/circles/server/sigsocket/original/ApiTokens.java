package io.circles.server.sigsocket.original;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.circles.protocol.crypto.Digest;
import io.circles.server.sigsocket.Requester;
import io.circles.server.transport.RouteRequest;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Who may ask for signatures over HTTP: whoever has one of these tokens, or everybody. Immutable;
/// keeps no token, and compares each in the same time whatever it is.
final class ApiTokens {
    private static final Pattern BEARER = Pattern.compile("(?i:bearer) +(?<token>\\S+) *");
    /// So many bytes of a token's digest are its name.
    private static final int NAMED_BY = 4;

    private static final Requester ANYONE = new Requester("anyone");

    private final List<byte[]> digests;
    private final boolean open;

    /// @param open whether a request without a token is let in too
    ApiTokens(List<String> tokens, boolean open) {
        this.digests = tokens.stream().map(ApiTokens::digest).toList();
        this.open = open;
    }

    private static byte[] digest(String token) {
        return Digest.sha256(token.getBytes(UTF_8));
    }

    /// Who makes a request: a word for its token, by its digest; empty when it may not.
    Optional<Requester> requester(RouteRequest request) {
        Optional<String> header = request.header("Authorization");
        if (header.isEmpty()) {
            return open ? Optional.of(ANYONE) : Optional.empty();
        }
        Matcher bearer = BEARER.matcher(header.get());
        return bearer.matches() ? holder(bearer.group("token")) : Optional.empty();
    }

    /// The word for a requester's token, if it has one.
    static Optional<String> token(Optional<Requester> requester) {
        return requester.filter(who -> !who.equals(ANYONE)).map(Requester::name);
    }

    private Optional<Requester> holder(String token) {
        byte[] digest = digest(token);
        boolean found = false;
        for (byte[] each : digests) {
            found |= MessageDigest.isEqual(each, digest);
        }
        return found ? Optional.of(named(digest)) : Optional.empty();
    }

    /// A name that stays a token's own when the list changes.
    private static Requester named(byte[] digest) {
        return new Requester("token-" + HexFormat.of().formatHex(digest, 0, NAMED_BY));
    }
}
