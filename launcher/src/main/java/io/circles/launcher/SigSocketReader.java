package io.circles.launcher;

import io.circles.protocol.crypto.PublicKey;
import io.circles.server.SigSocketConfig;
import io.circles.server.SigSocketConfig.Legacy;
import io.circles.server.session.Origin;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Reads how a circle asks for signatures besides over its own protocol: `sigsocket`.
///
/// @param secrets reads tokens
record SigSocketReader(SecretsReader secrets) {
    private static final String JSON = "json";
    private static final String PLAIN = "plain";

    /// @param host where the circle listens
    SigSocketConfig read(ConfigReader section, String host) {
        Legacy legacy =
                section.field("legacy").map(SigSocketReader::legacy).orElse(new Legacy.Off());
        boolean json = section.field("format").map(SigSocketReader::isJson).orElse(false);
        List<String> tokens = tokens(section.items("tokens"));
        boolean open = section.field("open").flatMap(ConfigReader::flag).orElse(false);
        section.refuseOtherFields();
        if (open && !Origin.isLoopback(host)) {
            section.field("open")
                    .ifPresent(
                            field ->
                                    field.warning(
                                            "lets everybody who reaches "
                                                    + host
                                                    + " ask for signatures; tokens let in those who have one"));
        }
        return new SigSocketConfig(legacy, json, tokens, open);
    }

    private static Legacy legacy(ConfigReader field) {
        if (field.isArray()) {
            return new Legacy.Listed(
                    field.items().stream()
                            .flatMap(item -> item.text(PublicKey::parse).stream())
                            .collect(Collectors.toSet()));
        }
        boolean all =
                field.isFlag()
                        ? field.flag().orElse(false)
                        : field.<Boolean>mustBe("true, false or an array of keys").orElse(false);
        return all ? new Legacy.All() : new Legacy.Off();
    }

    private static boolean isJson(ConfigReader field) {
        return field.text(
                        word ->
                                switch (word) {
                                    case JSON -> true;
                                    case PLAIN -> false;
                                    default ->
                                            throw new IllegalArgumentException(
                                                    "must be \"plain\" or \"json\"");
                                })
                .orElse(false);
    }

    private List<String> tokens(List<ConfigReader> items) {
        Set<String> seen = new HashSet<>();
        return items.stream().flatMap(item -> secrets.token(item, seen).stream()).toList();
    }
}
