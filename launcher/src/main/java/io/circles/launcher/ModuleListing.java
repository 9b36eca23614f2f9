package io.circles.launcher;

import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which files a module has at one moment. Equal listings are of the same files with the same
/// content, as far as sizes and times tell. Immutable.
///
/// @param files in the order of their names
record ModuleListing(List<Listed> files) {
    /// That of no module.
    static final ModuleListing NONE = new ModuleListing(List.of());

    ModuleListing {
        files = List.copyOf(files);
    }

    /// One file.
    ///
    /// @param name its path below the module's folder, with `/` between the steps
    /// @param key tells it from another file that took its place, on systems that can
    record Listed(String name, Path path, long bytes, FileTime modified, @Nullable Object key) {
        static Listed of(String name, Path path, BasicFileAttributes attributes) {
            return new Listed(
                    name,
                    path,
                    attributes.size(),
                    attributes.lastModifiedTime(),
                    attributes.fileKey());
        }
    }
}
