package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataLockTest {
    @TempDir private Path folder;

    @Test
    void aSecondServerOnTheSameDataIsRefusedUntilTheFirstIsDone() {
        Path data = folder.resolve("data");
        try (DataLock _ = DataLock.take(data)) {
            assertThatThrownBy(() -> DataLock.take(data))
                    .isInstanceOf(LauncherException.class)
                    .hasMessage(
                            data
                                    + ": is in use by another server, process "
                                    + ProcessHandle.current().pid());
        }

        DataLock.take(data).close();
        assertThat(data.resolve("lock")).exists();
    }

    @Test
    void dataThatIsAFileIsRefused() throws IOException {
        Path data = Files.writeString(folder.resolve("data"), "");

        assertThatThrownBy(() -> DataLock.take(data))
                .isInstanceOf(LauncherException.class)
                .hasMessage(data + ": is in the way");
    }
}
