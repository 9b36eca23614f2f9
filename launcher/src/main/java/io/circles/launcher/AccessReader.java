package io.circles.launcher;

import io.circles.script.Capability;
import io.circles.server.session.Access;
import io.circles.server.session.Rank;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads what each rank may do: `access`.
final class AccessReader {
    private static final List<String> RANKS = Arrays.stream(Rank.values()).map(Rank::word).toList();
    private static final List<String> CAPABILITIES =
            Arrays.stream(Capability.values()).map(Capability::word).toList();

    private AccessReader() {}

    static Access read(ConfigReader access) {
        Map<Rank, Set<Capability>> granted = new EnumMap<>(Rank.class);
        access.fields()
                .forEach(
                        (word, list) ->
                                Rank.of(word)
                                        .ifPresentOrElse(
                                                rank -> granted.put(rank, capabilities(list)),
                                                () -> list.problem(unknown("rank", RANKS, word))));
        return new Access(granted);
    }

    private static Set<Capability> capabilities(ConfigReader list) {
        Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
        list.items()
                .forEach(item -> item.text(AccessReader::capability).ifPresent(capabilities::add));
        return capabilities;
    }

    private static Capability capability(String word) {
        return Capability.of(word)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        unknown("capability", CAPABILITIES, word)));
    }

    private static String unknown(String what, List<String> known, String word) {
        return "\"%s\" is no %s; %s".formatted(word, what, Suggestion.among(known, word));
    }
}
