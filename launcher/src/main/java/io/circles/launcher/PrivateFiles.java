package io.circles.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The files that a page must not publish: circles.json, and the keys, secrets and functions that
/// it names.
///
/// @param all as the user knows them
record PrivateFiles(List<Path> all) {
    private static final String REFERENCE = "file:";
    private static final List<String> SCRIPTS = List.of("script", "script_path");

    /// Those of a file.
    ///
    /// @param json what is in it
    /// @param folder to which its paths are relative
    static PrivateFiles of(Path file, JsonNode json, Path folder) {
        List<Path> all = new ArrayList<>(List.of(file));
        collect(json, folder, all);
        return new PrivateFiles(List.copyOf(all));
    }

    private static void collect(JsonNode json, Path folder, List<Path> all) {
        if (json.isTextual() && json.textValue().startsWith(REFERENCE)) {
            add(json.textValue().substring(REFERENCE.length()), folder, all);
        }
        for (String name : SCRIPTS) {
            if (json.path(name).isTextual()) {
                add(json.path(name).textValue(), folder, all);
            }
        }
        json.forEach(each -> collect(each, folder, all));
    }

    private static void add(String path, Path folder, List<Path> all) {
        try {
            all.add(folder.resolve(path).normalize());
        } catch (InvalidPathException _) {
            // its reader says what is wrong with it
        }
    }

    /// What would be published with a folder, if anything is.
    ///
    /// @param data the folder of keys and state, of which nothing may be
    Optional<Path> in(Path published, Path data) {
        Path page = real(published);
        Path state = real(data);
        return page.startsWith(state) || state.startsWith(page)
                ? Optional.of(data)
                : all.stream().filter(file -> real(file).startsWith(page)).findFirst();
    }

    /// Where links lead, as far as there is something yet.
    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            Path plain = path.toAbsolutePath().normalize();
            Path parent = plain.getParent();
            return parent == null ? plain : real(parent).resolve(plain.getFileName());
        }
    }
}
