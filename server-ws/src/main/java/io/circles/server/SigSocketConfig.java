package io.circles.server;

import io.circles.protocol.crypto.PublicKey;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// How a circle asks for signatures besides over its own protocol: to which devices of the original
/// one, and for whom over HTTP. Immutable; holds secrets, so it shows none.
///
/// @param legacy which keys may listen on `/ws`, where nothing is proven
/// @param json whether requests are written there in JSON, unless a device asks for the plain form
/// @param tokens who has one may ask over HTTP; several, so that one can be replaced
/// @param open whether everybody may ask over HTTP
public record SigSocketConfig(Legacy legacy, boolean json, List<String> tokens, boolean open) {
    /// The original protocol and HTTP are off.
    public static final SigSocketConfig OFF =
            new SigSocketConfig(new Legacy.Off(), false, List.of(), false);

    private static final Pattern TOKEN = Pattern.compile("[!-~]{16,4096}");

    public SigSocketConfig {
        tokens = List.copyOf(tokens);
        tokens.forEach(SigSocketConfig::checkToken);
    }

    /// Checks that a text is good as a token.
    ///
    /// @throws IllegalArgumentException if it is not; the message does not show it
    public static void checkToken(String token) {
        if (!TOKEN.matcher(token).matches()) {
            throw new IllegalArgumentException(
                    "a token is 16 to 4096 characters that an HTTP header can have, without spaces");
        }
    }

    /// The keys of which devices of the original protocol may listen.
    public sealed interface Legacy {
        /// None.
        record Off() implements Legacy {}

        /// Any.
        record All() implements Legacy {}

        /// These.
        record Listed(Set<PublicKey> keys) implements Legacy {
            public Listed {
                keys = Set.copyOf(keys);
            }
        }

        /// Whether a key may listen.
        default boolean admits(PublicKey key) {
            return switch (this) {
                case Off _ -> false;
                case All _ -> true;
                case Listed(Set<PublicKey> keys) -> keys.contains(key);
            };
        }
    }

    /// Whether there are routes for it.
    boolean hasRoutes() {
        return open || !tokens.isEmpty();
    }

    /// Counts tokens only: they are secret.
    @Override
    public String toString() {
        return "SigSocketConfig[%s, json %s, %d tokens, open %s]"
                .formatted(legacy, json, tokens.size(), open);
    }
}
