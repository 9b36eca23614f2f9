package io.circles.launcher;

import io.circles.script.CircleModule;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/// A circle's own functions as files: an ES module and the files below its folder that it may
/// import.
///
/// @param main the file whose exports are the functions
record ModuleFiles(Path main) {
    /// How many files a module can have.
    static final int MOST_FILES = 1_000;

    /// How many bytes they can have together.
    static final int MOST_BYTES = 16 << 20;

    /// Which files the module has now, without reading them.
    ///
    /// @throws LauncherException if there is no main file, or there are more files than a module
    ///     can have
    ModuleListing list() {
        Path parent = main.getParent();
        Path folder = parent == null ? Path.of("") : parent;
        try {
            ModuleSearch search = new ModuleSearch(folder);
            search.takeMain(main);
            Files.walkFileTree(folder, search);
            return search.found();
        } catch (IOException e) {
            throw wrong(main, e);
        }
    }

    /// The module.
    ///
    /// @param listing what it has
    /// @throws LauncherException if a file cannot be read or is not UTF-8
    CircleModule read(ModuleListing listing) {
        SortedMap<String, String> texts = new TreeMap<>();
        int room = MOST_BYTES;
        for (ModuleListing.Listed file : listing.files()) {
            try {
                byte[] bytes = read(file.path(), room);
                room -= bytes.length;
                texts.put(file.name(), text(bytes));
            } catch (IOException e) {
                throw wrong(file.path(), e);
            }
        }
        return CircleModule.of(String.valueOf(main.getFileName()), texts);
    }

    /// A file that grows while it is read is no bigger for that.
    private static byte[] read(Path file, int room) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(room + 1);
            if (bytes.length > room) {
                throw ModuleSearch.tooBig();
            }
            return bytes;
        }
    }

    /// Strict, where a constructor of `String` would put in replacement characters.
    private static String text(byte[] utf8) throws IOException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    }

    private static LauncherException wrong(Path file, IOException e) {
        return new LauncherException(ExitCode.CONFIGURATION, file + ": " + FileErrors.words(e));
    }
}
