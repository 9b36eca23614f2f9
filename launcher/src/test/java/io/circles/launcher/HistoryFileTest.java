package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryFileTest {
    @TempDir private Path home;
    private final StringWriter err = new StringWriter();

    private Optional<Path> history(Map<String, String> environment) {
        return HistoryFile.of(
                new Shell(
                        new ByteArrayInputStream(new byte[0]),
                        true,
                        new PrintWriter(new StringWriter()),
                        new PrintWriter(err, true),
                        environment,
                        home,
                        new SecureRandom()));
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void nothingIsWrittenWhereThereIsNoFolderForState() throws IOException {
        assertThat(history(Map.of("XDG_STATE_HOME", home.resolve("none").toString()))).isEmpty();
        assertThat(history(Map.of())).isEmpty();
        assertThat(home).isEmptyDirectory();
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void itIsForItsOwnerOnly() throws IOException {
        Path state = Files.createDirectories(home.resolve(".local/state"));
        Path file = state.resolve("circles/history");

        assertThat(history(Map.of("XDG_STATE_HOME", "relative"))).contains(file);
        assertThat(mode(file)).isEqualTo("rw-------");
        assertThat(mode(file.resolveSibling(""))).isEqualTo("rwx------");
    }

    @Test
    void oneThatIsThereIsKeptAndClosedToOthers() throws IOException {
        Path file = Files.createDirectory(home.resolve("circles")).resolve("history");
        Files.writeString(file, "1:kept\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(history(Map.of("XDG_STATE_HOME", home.toString()))).contains(file);
        assertThat(mode(file)).isEqualTo("rw-------");
        assertThat(file).hasContent("1:kept");
    }

    @Test
    void itIsSaidWhenNoneCanBeKept() throws IOException {
        Files.writeString(home.resolve("circles"), "a file, no folder");

        assertThat(history(Map.of("XDG_STATE_HOME", home.toString()))).isEmpty();
        assertThat(err.toString()).endsWith("; no history is kept\n").hasLineCount(1);
    }
}
