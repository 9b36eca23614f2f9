package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.PublicKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileTest {
    private final SecureRandom random = new SecureRandom();

    @TempDir private Path folder;
    private KeyFile file = new KeyFile(Path.of(""));

    @BeforeEach
    void place() {
        file = new KeyFile(folder.resolve("new/circle/key.pem"));
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void aKeyIsForItsOwnerOnlyAndSoAreTheFoldersMadeForIt() throws IOException {
        file.create(random);

        assertThat(mode(file.path())).isEqualTo("rw-------");
        assertThat(mode(folder.resolve("new"))).isEqualTo("rwx------");
        assertThat(mode(folder.resolve("new/circle"))).isEqualTo("rwx------");
        assertThat(file.isOpenToOthers()).isFalse();
    }

    @Test
    void aKeyIsMadeOnce() {
        PublicKey made = file.readOrCreate(random).publicKey();

        assertThat(file.readOrCreate(random).publicKey()).isEqualTo(made);
        assertThat(file.read().publicKey()).isEqualTo(made);
    }

    @Test
    void aKeyIsNeverOverwritten() {
        PublicKey made = file.create(random).publicKey();

        assertThatThrownBy(() -> file.create(random))
                .isInstanceOf(LauncherException.class)
                .hasMessage(file.path() + ": exists already, and a key is never overwritten");
        assertThat(file.read().publicKey()).isEqualTo(made);
    }

    @Test
    void nothingElseIsLeftBesideAKey() throws IOException {
        file.create(random);
        assertThatThrownBy(() -> file.create(random)).isInstanceOf(LauncherException.class);

        try (Stream<Path> beside = Files.list(folder.resolve("new/circle"))) {
            assertThat(beside).containsExactly(file.path());
        }
    }

    @Test
    void allWhoMakeTheSameKeyAtOnceGetTheSameOne() throws Exception {
        Callable<PublicKey> make = () -> file.readOrCreate(random).publicKey();
        Set<PublicKey> keys = new HashSet<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<PublicKey> key : threads.invokeAll(List.of(make, make, make, make, make))) {
                keys.add(key.get());
            }
        }

        assertThat(keys).containsExactly(file.read().publicKey());
    }

    @Test
    void aKeyThatCannotBeWrittenLeavesNothingBehind() throws IOException {
        Thread.currentThread().interrupt(); // fails the first write, as a full disk does
        assertThatThrownBy(() -> file.create(random)).isInstanceOf(LauncherException.class);
        assertThat(Thread.interrupted()).isTrue();

        try (Stream<Path> beside = Files.list(folder.resolve("new/circle"))) {
            assertThat(beside).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw--w----", "rw----r--", "rw-----w-"})
    void aKeyThatOthersCanReadOrChangeIsNoticed(String mode) throws IOException {
        KeyFile open = new KeyFile(folder.resolve("open.pem"));
        Files.writeString(open.path(), KeyPair.generate(random).toPem());
        Files.setPosixFilePermissions(open.path(), PosixFilePermissions.fromString(mode));

        assertThat(open.isOpenToOthers()).isTrue();
    }

    @Test
    void whatIsInAFileThatHoldsNoKeyIsNotShown() throws IOException {
        KeyFile garbage = new KeyFile(Files.writeString(folder.resolve("key.pem"), "hush"));

        assertThatThrownBy(garbage::read)
                .isInstanceOf(LauncherException.class)
                .hasMessageStartingWith(garbage.path() + ": ")
                .hasMessageNotContaining("hush");
    }
}
