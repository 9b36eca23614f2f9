package io.circles.launcher;

import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.PublicKey;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Reads the keys of circles: from where `key` says, or from the file that was made at an earlier
/// start. Makes none. No two circles can have the same one. Not thread-safe.
final class CircleKeyReader {
    private final Path folder;
    private final Path data;
    private final Map<String, String> environment;
    private final boolean wanted;
    private final Map<PublicKey, String> places = new HashMap<>();

    /// @param wanted whether keys are needed at all
    CircleKeyReader(Path folder, Path data, Map<String, String> environment, boolean wanted) {
        this.wanted = wanted;
        this.folder = folder;
        this.data = data;
        this.environment = environment;
    }

    /// The key of a circle, if there is one already.
    Optional<KeyPair> read(ConfigReader circle, String name) {
        Optional<ConfigReader> field = circle.field("key");
        if (!wanted) {
            return Optional.empty();
        }
        Optional<KeyPair> key =
                field.isPresent()
                        ? field.flatMap(this::referred)
                        : Optional.of(KeyFile.in(data.resolve(name)))
                                .filter(file -> !name.isEmpty() && file.exists())
                                .flatMap(file -> kept(circle, file));
        key.ifPresent(pair -> checkUnique(pair.publicKey(), field.orElse(circle)));
        return key;
    }

    private Optional<KeyPair> referred(ConfigReader field) {
        return field.text(text -> Reference.parse(text, folder))
                .flatMap(
                        reference ->
                                switch (reference) {
                                    case Reference.InFile(Path path) ->
                                            kept(field, new KeyFile(path));
                                    case Reference.InEnvironment inEnvironment ->
                                            parsed(field, inEnvironment);
                                });
    }

    private Optional<KeyPair> parsed(ConfigReader field, Reference.InEnvironment reference) {
        return field.text(_ -> KeyPair.parsePem(reference.read(environment)));
    }

    private static Optional<KeyPair> kept(ConfigReader place, KeyFile file) {
        try {
            KeyPair key = file.read();
            if (file.isOpenToOthers()) {
                place.warning(file.warning());
            }
            return Optional.of(key);
        } catch (LauncherException e) {
            place.problem(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private void checkUnique(PublicKey key, ConfigReader place) {
        String other = places.putIfAbsent(key, place.place());
        if (other != null) {
            place.problem("is the same key as that of " + other + "; a key is one circle's only");
        }
    }
}
