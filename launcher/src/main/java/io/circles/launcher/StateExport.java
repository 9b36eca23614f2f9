package io.circles.launcher;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import io.circles.script.state.StateArchive;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `circles state export`: writes all that a circle remembers.
@Command(
        name = "export",
        description =
                "Writes all that a circle remembers, as lines of JSON. Its servers must be stopped.")
final class StateExport implements Runnable {
    private final Shell shell;
    @Mixin private ArchivedCircle circle = new ArchivedCircle();

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FILE",
            description = "Where to; it must not be there yet. By default standard output.")
    private Optional<Path> out = Optional.empty();

    StateExport(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        long rows =
                circle.with(shell, out.isPresent() ? a -> toFile(a, out.get()) : this::toOutput);
        shell.err().println("exported: " + rows + " rows");
    }

    private long toOutput(StateArchive archive) throws IOException {
        return written(archive, shell.out());
    }

    private static long toFile(StateArchive archive, Path file) throws IOException {
        boolean done = false;
        FileChannel channel = created(file);
        try (channel;
                PrintWriter writer = new PrintWriter(Channels.newWriter(channel, US_ASCII))) {
            long rows = written(archive, writer);
            channel.force(true);
            done = true;
            return rows;
        } finally {
            if (!done) {
                Files.deleteIfExists(file);
            }
        }
    }

    /// @throws LauncherException if it cannot be made, or is there
    private static FileChannel created(Path file) {
        try {
            return FileChannel.open(
                    file,
                    Set.of(CREATE_NEW, WRITE),
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException _) {
            throw new LauncherException(
                    ExitCode.NOT_STARTED,
                    file + ": is there already, and nothing is written over it");
        } catch (IOException e) {
            throw new LauncherException(ExitCode.NOT_STARTED, file + ": " + FileErrors.words(e));
        }
    }

    private static long written(StateArchive archive, PrintWriter writer) throws IOException {
        long rows = archive.exportTo(line -> writer.print(line + "\n"));
        if (writer.checkError()) {
            throw new IOException("not all could be written");
        }
        return rows;
    }
}
