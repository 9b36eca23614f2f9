package io.circles.launcher;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/// One walk through a module's folder: takes all `.js` and `.mjs` files below it, but nothing in
/// `node_modules` or in what begins with a dot, and no link that leads out of the folder. Ends with
/// an exception when there are more files than a module can have. Not thread-safe.
final class ModuleSearch extends SimpleFileVisitor<Path> {
    private static final int MOST_ENTRIES = 10_000;

    private final Path folder;
    private final Path realFolder;
    private final SortedMap<String, ModuleListing.Listed> found = new TreeMap<>();
    private int entries;
    private long bytes;

    /// @throws IOException if there is no such folder
    ModuleSearch(Path folder) throws IOException {
        this.folder = folder;
        this.realFolder = folder.toRealPath();
    }

    /// What was found so far.
    ModuleListing found() {
        return new ModuleListing(List.copyOf(found.values()));
    }

    /// Takes a file whatever it is called.
    ///
    /// @throws IOException if it is no file, or a link that leads out of the folder
    void takeMain(Path main) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(main, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            throw new IOException("is not a file");
        }
        if (!isInside(main)) {
            throw new IOException("is a link that leads out of its folder");
        }
        take(main, attributes);
    }

    @Override
    public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes)
            throws IOException {
        count();
        return visited.equals(folder) || !isPassedOver(visited)
                ? FileVisitResult.CONTINUE
                : FileVisitResult.SKIP_SUBTREE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        count();
        if (!isScript(file) || isPassedOver(file)) {
            return FileVisitResult.CONTINUE;
        }
        if (attributes.isRegularFile()) {
            take(file, attributes);
        } else if (Files.isRegularFile(file) && isInside(file)) {
            take(file, Files.readAttributes(file, BasicFileAttributes.class));
        }
        return FileVisitResult.CONTINUE;
    }

    /// What is gone before it was looked at was never there.
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
        if (e instanceof NoSuchFileException) {
            return FileVisitResult.CONTINUE;
        }
        throw e;
    }

    private void count() throws IOException {
        entries++;
        if (entries > MOST_ENTRIES) {
            throw tooMany("files and folders of any kind", MOST_ENTRIES);
        }
    }

    private static boolean isPassedOver(Path path) {
        String name = String.valueOf(path.getFileName());
        return name.startsWith(".") || name.equals("node_modules");
    }

    private static boolean isScript(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(".js") || name.endsWith(".mjs");
    }

    private boolean isInside(Path file) throws IOException {
        return file.toRealPath().startsWith(realFolder);
    }

    private void take(Path file, BasicFileAttributes attributes) throws IOException {
        String name = nameOf(file);
        if (found.put(name, ModuleListing.Listed.of(name, file, attributes)) == null) {
            bytes += attributes.size();
        }
        if (found.size() > ModuleFiles.MOST_FILES) {
            throw tooMany("scripts", ModuleFiles.MOST_FILES);
        }
        if (bytes > ModuleFiles.MOST_BYTES) {
            throw tooBig();
        }
    }

    private String nameOf(Path file) {
        return StreamSupport.stream(folder.relativize(file).spliterator(), false)
                .map(Path::toString)
                .collect(Collectors.joining("/"));
    }

    private IOException tooMany(String what, int most) {
        return new IOException(
                "its folder has more than %d %s; give the module a folder of its own"
                        .formatted(most, what));
    }

    /// The failure of a module whose files are too much together.
    static IOException tooBig() {
        return new IOException(
                "the scripts in its folder are more than %d MiB together; give the module a folder of its own"
                        .formatted(ModuleFiles.MOST_BYTES >> 20));
    }
}
