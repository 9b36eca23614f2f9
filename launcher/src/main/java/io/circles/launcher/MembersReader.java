package io.circles.launcher;

import io.circles.protocol.crypto.PublicKey;
import io.circles.server.session.Members;
import io.circles.server.session.Rank;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads who belongs to a circle: `owners` and `members`.
final class MembersReader {
    private MembersReader() {}

    static Members read(ConfigReader circle) {
        Set<PublicKey> owners = new HashSet<>();
        circle.items("owners").forEach(item -> item.text(PublicKey::parse).ifPresent(owners::add));
        Map<PublicKey, List<String>> members = new HashMap<>();
        circle.items("members").forEach(item -> member(item, members));
        return new Members(owners, members);
    }

    private static void member(ConfigReader item, Map<PublicKey, List<String>> members) {
        Optional<ConfigReader> field = item.required("key", "the member's public key");
        List<String> roles =
                item.items("roles").stream()
                        .flatMap(role -> role.text(MembersReader::role).stream())
                        .toList();
        field.flatMap(key -> key.text(PublicKey::parse))
                .map(key -> members.putIfAbsent(key, roles))
                .ifPresent(_ -> item.problem("this key is a member already"));
        item.refuseOtherFields();
    }

    private static String role(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("must be a word");
        }
        if (Rank.of(text).isPresent()) {
            throw new IllegalArgumentException(
                    "\"%s\" is a rank and cannot be a role; owners has the keys of owners"
                            .formatted(text));
        }
        return text;
    }
}
