package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Programs that are not ours. Where one is missing the test is skipped, and fails when `CI` is
/// `true`.
final class OthersClients {
    private static final Path NODE = Path.of("src", "test", "node").toAbsolutePath();

    private OthersClients() {}

    /// A program from the path.
    static Path program(String name) {
        for (String folder : System.getenv("PATH").split(":", -1)) {
            Path program = Path.of(folder, name);
            if (Files.isExecutable(program)) {
                return program;
            }
        }
        boolean ci = "true".equals(System.getenv("CI"));
        assumeTrue(ci, name + " is not installed, so this is not tested");
        throw new AssertionError(name + " is not installed");
    }

    /// Makes the packages of `src/test/node` available to Node programs in a folder.
    static void installPackages(Path folder) throws IOException, InterruptedException {
        installPackages("", folder);
    }

    /// Likewise those of a folder in `src/test/node`.
    static void installPackages(String from, Path folder) throws IOException, InterruptedException {
        for (String file : new String[] {"package.json", "package-lock.json"}) {
            Files.copy(NODE.resolve(from).resolve(file), folder.resolve(file));
        }
        try (CirclesProcess npm =
                CirclesProcess.startAs(
                        program("npm"),
                        folder,
                        "ci",
                        "--no-audit",
                        "--no-fund",
                        "--prefer-offline")) {
            assertThat(npm.exitCode()).as(npm::err).isZero();
        }
    }

    /// One of the Node programs of `src/test/node`, in that folder.
    static Path copy(String name, Path folder) throws IOException {
        Path program = NODE.resolve(name);
        return Files.copy(program, folder.resolve(program.getFileName()));
    }
}
