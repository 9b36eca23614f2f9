package io.circles.launcher;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// What the JVMs of workers get from this installation and its environment.
///
/// @param compiler where the jars of GraalVM's compiler are to be, without which scripts are
///     interpreted: in the folder `compiler` beside what this program was started from,
///     `circles.jar`; empty when it was not started from files
/// @param options more of their command line
record WorkerJvm(Optional<Path> compiler, List<String> options) {
    /// The variable that has the options, separated by spaces.
    static final String OPTIONS = "CIRCLES_WORKER_JAVA_OPTS";

    private static final String COMPILER = "compiler";

    static WorkerJvm of(Map<String, String> environment) {
        return new WorkerJvm(
                Optional.ofNullable(Main.class.getProtectionDomain().getCodeSource())
                        .flatMap(WorkerJvm::pathOf)
                        .map(program -> program.resolveSibling(COMPILER)),
                Pattern.compile("\\s+")
                        .splitAsStream(environment.getOrDefault(OPTIONS, ""))
                        .filter(word -> !word.isEmpty())
                        .toList());
    }

    private static Optional<Path> pathOf(CodeSource source) {
        try {
            return Optional.of(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
