package io.circles.launcher;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;

/// Where the jars of GraalVM's compiler are, without which scripts are interpreted: in the folder
/// `compiler` beside what this program was started from, `circles.jar`.
final class CompilerFolder {
    private static final String NAME = "compiler";

    private CompilerFolder() {}

    /// The folder, if it is there.
    static Optional<Path> find() {
        return Optional.ofNullable(Main.class.getProtectionDomain().getCodeSource())
                .flatMap(CompilerFolder::pathOf)
                .flatMap(CompilerFolder::beside);
    }

    /// The folder beside a file.
    static Optional<Path> beside(Path program) {
        return Optional.of(program.resolveSibling(NAME)).filter(Files::isDirectory);
    }

    private static Optional<Path> pathOf(CodeSource source) {
        try {
            return Optional.of(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
