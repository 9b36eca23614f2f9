package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.circles.script.CircleModule;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModuleFilesTest {
    @TempDir private Path folder;
    private ModuleFiles files = new ModuleFiles(Path.of("main.js"));

    @BeforeEach
    void main() throws IOException {
        write("shop/main.js", "main");
        files = new ModuleFiles(folder.resolve("shop/main.js"));
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.resolveSibling(""));
        return Files.writeString(file, text);
    }

    private CircleModule read() {
        return LoadedModule.of(files).module();
    }

    @Test
    void aModuleIsItsMainFileAndTheScriptsBelowItsFolder() throws IOException {
        write("shop/lib/deep/a.mjs", "é");
        write("shop/b.js", "b");
        write("shop/c.ts", "c");
        write("shop/data.json", "{}");
        write("other.js", "o");

        assertThat(read().main()).isEqualTo("main.js");
        assertThat(read().files())
                .isEqualTo(Map.of("main.js", "main", "lib/deep/a.mjs", "é", "b.js", "b"));
    }

    @Test
    void theMainFileMayHaveAnyName() throws IOException {
        files = new ModuleFiles(write("shop/.functions", "1"));

        assertThat(read().main()).isEqualTo(".functions");
        assertThat(read().files()).containsOnlyKeys(".functions", "main.js");
    }

    @Test
    void librariesOfNodeAndWhatIsHiddenArePassedOver() throws IOException {
        write("shop/node_modules/x/index.js", "x");
        write("shop/lib/node_modules/y.js", "y");
        write("shop/.git/hook.js", "h");
        write("shop/.hidden.js", "h");

        assertThat(read().files()).containsOnlyKeys("main.js");
    }

    @Test
    void aFolderThatIsHiddenItselfIsReadAllTheSame() throws IOException {
        files = new ModuleFiles(write(".config/main.js", "1"));
        write(".config/a.js", "a");

        assertThat(read().files()).containsOnlyKeys("main.js", "a.js");
    }

    @Test
    void linksThatLeadOutOfTheFolderArePassedOverAndOthersFollowed() throws IOException {
        Path outside = write("secret.js", "hush");
        Path lib = write("shop/lib/a.js", "a").resolveSibling("");
        write("others/b.js", "hush");
        Files.createSymbolicLink(folder.resolve("shop/out.js"), outside);
        Files.createSymbolicLink(folder.resolve("shop/others"), folder.resolve("others"));
        Files.createSymbolicLink(folder.resolve("shop/again"), lib);
        Files.createSymbolicLink(folder.resolve("shop/in.js"), lib.resolve("a.js"));
        Files.createSymbolicLink(folder.resolve("shop/nowhere.js"), lib.resolve("none.js"));

        assertThat(read().files())
                .isEqualTo(Map.of("main.js", "main", "lib/a.js", "a", "in.js", "a"));
    }

    @Test
    void aMainFileThatLeadsOutOfItsFolderIsAProblem() throws IOException {
        Path link = folder.resolve("shop/link.js");
        Files.createSymbolicLink(link, write("elsewhere.js", "1"));
        files = new ModuleFiles(link);

        assertThatThrownBy(this::read)
                .isInstanceOf(LauncherException.class)
                .hasMessage(link + ": is a link that leads out of its folder");
    }

    @Test
    void aThousandFilesAreTheMost() throws IOException {
        for (int i = 1; i < ModuleFiles.MOST_FILES; i++) {
            write("shop/" + i + ".js", "");
        }
        assertThat(read().files()).hasSize(ModuleFiles.MOST_FILES);

        write("shop/more.js", "");
        assertThatThrownBy(this::read)
                .hasMessage(
                        files.main()
                                + ": its folder has more than 1000 scripts; give the module a folder of its own");
    }

    @Test
    void sixteenMebibytesAreTheMost() throws IOException {
        Path big = write("shop/big.js", "");
        setLength(big, ModuleFiles.MOST_BYTES - "main".length());
        assertThat(read().files()).hasSize(2);

        setLength(big, ModuleFiles.MOST_BYTES - "main".length() + 1);
        String problem =
                files.main()
                        + ": the scripts in its folder are more than 16 MiB together; give the module a folder of its own";
        assertThatThrownBy(this::read).hasMessage(problem);
    }

    private static void setLength(Path file, int bytes) throws IOException {
        try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
            content.setLength(bytes);
        }
    }

    @Test
    void aFileThatHasGrownSinceItWasListedIsNoBiggerForThat() throws IOException {
        Path big = write("shop/big.js", "");
        ModuleListing listing = files.list();
        setLength(big, ModuleFiles.MOST_BYTES);

        assertThatThrownBy(() -> files.read(listing))
                .hasMessageContaining("more than 16 MiB together");
    }

    @Test
    void anyFileThatIsNotUtf8IsNamed() throws IOException {
        Path latin = Files.write(folder.resolve("shop/latin.js"), new byte[] {(byte) 0xe9});

        assertThatThrownBy(this::read)
                .isInstanceOf(LauncherException.class)
                .hasMessage(latin + ": is not UTF-8 text");
    }

    @Test
    void listingsAreEqualUntilAFileChangesComesOrGoes() throws IOException {
        ModuleListing first = files.list();
        assertThat(files.list()).isEqualTo(first);

        write("shop/main.js", "changed");
        ModuleListing changed = files.list();
        assertThat(changed).isNotEqualTo(first);

        Path more = write("shop/more.js", "");
        assertThat(files.list()).isNotEqualTo(changed);

        Files.delete(more);
        assertThat(files.list()).isEqualTo(changed);
    }

    @Test
    void aLoadedModuleDoesNotShowItsText() {
        assertThat(LoadedModule.of(files)).hasToString("LoadedModule[" + files.main() + "]");
    }
}
