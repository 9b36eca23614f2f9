package io.circles.launcher;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.circles.script.state.StateArchive;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `circles state import`: takes in what `circles state export` wrote.
@Command(
        name = "import",
        description =
                "Takes in what state export wrote, where the circle remembers nothing yet; all of it or"
                        + " nothing. Its servers must be stopped.")
final class StateImport implements Runnable {
    private final Shell shell;
    @Mixin private ArchivedCircle circle = new ArchivedCircle();

    @Parameters(index = "1", paramLabel = "FILE", description = "What was exported.")
    @SuppressWarnings("NullAway.Init") // picocli sets what is required
    private Path file;

    StateImport(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        long rows = circle.with(shell, this::read);
        shell.err().println("imported: " + rows + " rows");
    }

    private long read(StateArchive archive) throws IOException {
        try (Reader reader = Files.newBufferedReader(file, US_ASCII)) {
            return archive.importFrom(reader);
        }
    }
}
