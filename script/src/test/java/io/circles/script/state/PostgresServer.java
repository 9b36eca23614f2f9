package io.circles.script.state;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A PostgreSQL of a test's own, which it may stop. Without the programs the test is skipped; where
/// `CI` is `true` it fails. PostgreSQL does not run as root: then it is the user postgres.
final class PostgresServer implements AutoCloseable {
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

    private final Path programs;
    private final Path folder;
    private final int port;

    private PostgresServer(Path programs, Path folder, int port) {
        this.programs = programs;
        this.folder = folder;
        this.port = port;
    }

    static PostgresServer start() throws IOException {
        Optional<Path> programs = programs();
        if (programs.isEmpty()) {
            boolean mustBeThere = "true".equals(System.getenv("CI"));
            if (mustBeThere) {
                throw new AssertionError("no programs of PostgreSQL in " + DEBIAN);
            }
            assumeTrue(false, "no programs of PostgreSQL in " + DEBIAN);
        }
        Path folder = Files.createTempDirectory("circles-postgres");
        PostgresServer server = new PostgresServer(programs.orElseThrow(), folder, freePort());
        if (isRoot()) {
            execute(List.of("chown", "postgres", folder.toString()));
        }
        server.run("initdb", "-N", "-A", "trust", "-E", "UTF8", "-U", "postgres");
        server.control("start");
        return server;
    }

    private static Optional<Path> programs() throws IOException {
        if (!Files.isDirectory(DEBIAN)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(DEBIAN)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.exists(bin.resolve("initdb")))
                    .max(Path::compareTo);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    DatabaseAddress address() {
        return new DatabaseAddress(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres",
                Optional.of("postgres"),
                Optional.empty());
    }

    /// Ends it as a crash would, and starts it again.
    void crash() throws IOException {
        control("restart", "-m", "immediate");
    }

    /// Ends all sessions and starts it again, as an operator does.
    void restart() throws IOException {
        control("restart", "-m", "fast");
    }

    private void control(String... what) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(what));
        arguments.addAll(
                List.of(
                        "-w",
                        "-l",
                        folder.resolve("log").toString(),
                        "-o",
                        "-p " + port + " -h 127.0.0.1 -k " + folder));
        run("pg_ctl", arguments.toArray(String[]::new));
    }

    private void run(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(
                    List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        }
        command.add(programs.resolve(program).toString());
        command.addAll(List.of("-D", folder.resolve("data").toString()));
        command.addAll(List.of(arguments));
        execute(command);
    }

    private static void execute(List<String> command) throws IOException {
        Process process =
                new ProcessBuilder(command)
                        .directory(Path.of(System.getProperty("java.io.tmpdir")).toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        if (process.onExit().join().exitValue() != 0) {
            throw new IllegalStateException(command + " ended with " + process.exitValue());
        }
    }

    @Override
    public void close() throws IOException {
        run("pg_ctl", "stop", "-m", "immediate");
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
