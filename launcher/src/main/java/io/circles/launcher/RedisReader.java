package io.circles.launcher;

import io.circles.script.redis.RedisAddress;
import io.circles.script.redis.RedisSettings;
import io.circles.script.redis.SharedKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads where jobs go to workers of other processes: `redis`.
///
/// @param folder to which paths are relative
/// @param secrets reads what is kept elsewhere
record RedisReader(Path folder, SecretsReader secrets) {
    private static final String KEY =
            "where the secret is kept that servers and workers share, \"env:NAME\" or \"file:PATH\":"
                    + " without it whoever reaches Redis could run anything in anybody's name";

    /// What it says; empty when there were problems, or there is no such section.
    Optional<RedisSettings> read(ConfigReader root) {
        return root.field("redis").flatMap(this::settings);
    }

    private Optional<RedisSettings> settings(ConfigReader redis) {
        Optional<RedisAddress> address =
                redis.required("url", "where Redis is, such as \"redis://127.0.0.1:6379/0\"")
                        .flatMap(field -> field.text(RedisAddress::parse));
        Optional<SharedKey> key =
                redis.required("key", KEY)
                        .flatMap(field -> secrets.value(field).flatMap(text -> key(field, text)));
        Optional<String> user =
                redis.field("user").flatMap(field -> matching(field, "[^\\s]+", "a user of Redis"));
        Optional<String> password = redis.field("password").flatMap(secrets::value);
        Optional<Path> authority = redis.field("ca").flatMap(this::authority);
        String prefix =
                redis.field("prefix")
                        .flatMap(
                                field ->
                                        matching(
                                                field,
                                                RedisSettings.PREFIX.pattern(),
                                                "1 to 64 of A-Z, a-z, 0-9, :, _, . and -"))
                        .orElse(RedisSettings.DEFAULT_PREFIX);
        String node =
                redis.field("node")
                        .flatMap(
                                field ->
                                        matching(
                                                field,
                                                RedisSettings.NODE.pattern(),
                                                "1 to 63 of a-z, 0-9 and -"))
                        .orElse(RedisSettings.DEFAULT_NODE);
        redis.refuseOtherFields();
        return address.flatMap(
                at ->
                        key.map(
                                shared ->
                                        new RedisSettings(
                                                at, user, password, authority, shared, prefix,
                                                node)));
    }

    private static Optional<SharedKey> key(ConfigReader field, String text) {
        try {
            return Optional.of(SharedKey.of(text));
        } catch (IllegalArgumentException e) {
            field.problem(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static Optional<String> matching(ConfigReader field, String form, String what) {
        return field.text(
                text -> {
                    if (!Pattern.matches(form, text)) {
                        throw new IllegalArgumentException("must be " + what);
                    }
                    return text;
                });
    }

    private Optional<Path> authority(ConfigReader field) {
        return field.text(
                text -> {
                    Path pem = ConfiguredPath.under(folder, text);
                    if (!Files.isRegularFile(pem)) {
                        throw new IllegalArgumentException(text + ": there is no such file");
                    }
                    return pem;
                });
    }
}
