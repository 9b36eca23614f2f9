package io.circles.launcher;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Programs that are not ours. Where one is missing, or npm cannot install what it needs, the test
/// is skipped, and fails when `CI` is `true`.
final class OthersClients {
    private static final boolean CI = "true".equals(System.getenv("CI"));
    private static final Path EXAMPLES = Page.ROOT.resolve("examples");
    private static final Path NODE = Path.of("src", "test", "node").toAbsolutePath();
    private static final Path PACKAGES = Path.of("target", "packages").toAbsolutePath();
    private static final String MODULES = "node_modules";

    /// By the folder whose `package-lock.json` names them. Tests run one after the other.
    private static final Map<Path, Path> INSTALLED = new HashMap<>();

    private OthersClients() {}

    /// A program from the path.
    static Path program(String name) {
        for (String folder : System.getenv("PATH").split(":", -1)) {
            Path program = Path.of(folder, name);
            if (Files.isExecutable(program)) {
                return program;
            }
        }
        assumeTrue(CI, name + " is not installed, so this is not tested");
        throw new AssertionError(name + " is not installed");
    }

    /// Makes the packages of `src/test/node` available to Node programs in a folder.
    static void installPackages(Path folder) throws IOException, InterruptedException {
        installFrom(NODE, folder);
    }

    /// Likewise those of a folder in `src/test/node`.
    static void installPackages(String from, Path folder) throws IOException, InterruptedException {
        installFrom(NODE.resolve(from), folder);
    }

    /// Copies programs of `examples` into a folder, with the packages that they need.
    static void installExamples(Path folder, String... names)
            throws IOException, InterruptedException {
        for (String name : names) {
            Path copy = folder.resolve(name);
            Files.createDirectories(copy.resolveSibling(""));
            Files.copy(EXAMPLES.resolve(name), copy);
        }
        installFrom(EXAMPLES, folder);
    }

    /// What one test has installed serves the others too.
    private static void installFrom(Path from, Path folder)
            throws IOException, InterruptedException {
        Path packages = INSTALLED.get(from);
        if (packages == null) {
            packages = install(from);
            INSTALLED.put(from, packages);
        }
        Files.copy(from.resolve("package.json"), folder.resolve("package.json"));
        copyAll(packages.resolve(MODULES), folder.resolve(MODULES));
    }

    private static void copyAll(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(from.relativize(file)), NOFOLLOW_LINKS);
            }
        }
    }

    private static Path install(Path from) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(PACKAGES.resolve(from.getFileName()));
        for (String file : List.of("package.json", "package-lock.json")) {
            Files.copy(from.resolve(file), folder.resolve(file), REPLACE_EXISTING);
        }
        try (CirclesProcess npm =
                CirclesProcess.startAs(
                        program("npm"),
                        folder,
                        "ci",
                        "--no-audit",
                        "--no-fund",
                        "--prefer-offline")) {
            boolean installed = npm.exitCode() == 0;
            assumeTrue(installed || CI, "npm cannot install what this test needs");
            assertThat(installed).as(npm::err).isTrue();
        }
        return folder;
    }

    /// One of the Node programs of `src/test/node`, in that folder.
    static Path copy(String name, Path folder) throws IOException {
        Path program = NODE.resolve(name);
        return Files.copy(program, folder.resolve(program.getFileName()));
    }
}
