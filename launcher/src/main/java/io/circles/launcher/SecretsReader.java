package io.circles.launcher;

import io.circles.protocol.Utf8;
import io.circles.server.SigSocketConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads what a circle's functions may know: `secrets`. Each is where the configuration refers to.
///
/// @param folder to which paths are relative
record SecretsReader(Path folder, Map<String, String> environment) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final Pattern LAST_LINE_END = Pattern.compile("\\r?\\n\\z");
    private static final int MOST_BYTES = 64 << 10;

    Secrets read(ConfigReader section) {
        Map<String, String> values = new HashMap<>();
        section.fields()
                .forEach(
                        (name, field) ->
                                secret(name, field).ifPresent(value -> values.put(name, value)));
        return new Secrets(values);
    }

    private Optional<String> secret(String name, ConfigReader field) {
        if (!NAME.matcher(name).matches()) {
            field.problem("a secret's name is 1 to 64 of A-Z, a-z, 0-9, _, . and -");
        }
        return value(field);
    }

    /// A token for HTTP, which is kept where the value refers to.
    ///
    /// @param seen those that were read before; none may come twice
    Optional<String> token(ConfigReader field, Set<String> seen) {
        return field.text(
                text -> {
                    String token = value(Reference.parse(text, folder), field);
                    SigSocketConfig.checkToken(token);
                    if (!seen.add(token)) {
                        throw new IllegalArgumentException("is the same token as one before it");
                    }
                    return token;
                });
    }

    /// Whatever is kept where the value refers to.
    Optional<String> value(ConfigReader field) {
        return field.text(text -> value(Reference.parse(text, folder), field));
    }

    private String value(Reference reference, ConfigReader field) {
        String value =
                switch (reference) {
                    case Reference.InFile(Path path) -> inFile(path, field);
                    case Reference.InEnvironment inEnvironment -> inEnvironment.read(environment);
                };
        if (value.isEmpty()) {
            throw new IllegalArgumentException("is empty there");
        }
        if (Utf8.length(value) > MOST_BYTES) {
            throw tooLong();
        }
        return value;
    }

    /// The text without the end of its last line, which editors and `echo` put there.
    private static String inFile(Path path, ConfigReader field) {
        try {
            String text = text(path);
            if (Permissions.isOpenToOthers(path)) {
                field.warning(Permissions.warning(path));
            }
            return LAST_LINE_END.matcher(text).replaceFirst("");
        } catch (IOException e) {
            throw new IllegalArgumentException(path + ": " + FileErrors.words(e), e);
        }
    }

    private static String text(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            int most = MOST_BYTES + "\r\n".length();
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw tooLong();
            }
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        }
    }

    private static IllegalArgumentException tooLong() {
        return new IllegalArgumentException("a secret has %d bytes at most".formatted(MOST_BYTES));
    }
}
