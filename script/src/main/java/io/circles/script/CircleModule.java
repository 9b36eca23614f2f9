package io.circles.script;

import io.circles.protocol.crypto.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The code of a circle's own functions: an ES module and the files that it may import. Immutable.
///
/// @param main the file whose exports are the circle's functions, one of `files`
/// @param files each file's text by its path below the module's folder, with `/` between the steps
/// @param hash SHA-256 of all of it in hex: modules with the same hash are the same
public record CircleModule(String main, SortedMap<String, String> files, String hash) {
    public CircleModule {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
        if (!files.containsKey(main)) {
            throw new IllegalArgumentException("the module has no file " + main);
        }
    }

    /// The module of those files.
    ///
    /// @throws IllegalArgumentException if `main` is not one of them
    public static CircleModule of(String main, Map<String, String> files) {
        SortedMap<String, String> sorted = new TreeMap<>(files);
        StringBuilder all = new StringBuilder(main);
        sorted.forEach(
                (path, text) ->
                        all.append('\n')
                                .append(path)
                                .append('\n')
                                .append(text.length())
                                .append('\n')
                                .append(text));
        byte[] digest = Digest.sha256(all.toString().getBytes(StandardCharsets.UTF_8));
        return new CircleModule(main, sorted, HexFormat.of().formatHex(digest));
    }

    /// Modules are compared by their hash: comparing files costs more than a call.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CircleModule module && hash.equals(module.hash);
    }

    @Override
    public int hashCode() {
        return hash.hashCode();
    }

    /// Whether an export of that name is run by the server only: `on` and a capital letter.
    ///
    /// (Exports that a webhook's route names are handlers too, which a module does not know.)
    public static boolean isHandler(String export) {
        return export.length() > 2
                && export.startsWith("on")
                && Character.isUpperCase(export.codePointAt(2));
    }
}
