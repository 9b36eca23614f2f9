package io.circles.launcher;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;

/// Where the jars of GraalVM's compiler are, without which scripts are interpreted: in the folder
/// `compiler` beside what this program was started from, `circles.jar`.
final class CompilerFolder {
    private static final String NAME = "compiler";

    private CompilerFolder() {}

    /// Where it is to be; it need not be there. Empty when this was not started from files.
    static Optional<Path> find() {
        return Optional.ofNullable(Main.class.getProtectionDomain().getCodeSource())
                .flatMap(CompilerFolder::pathOf)
                .map(program -> program.resolveSibling(NAME));
    }

    private static Optional<Path> pathOf(CodeSource source) {
        try {
            return Optional.of(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
