package io.circles.script.state;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteSerializabilityTest extends SerializabilityContract {
    private final SqliteStates states;

    SqliteSerializabilityTest(@TempDir Path folder) {
        this.states = new SqliteStates(folder);
    }

    @Override
    StateStore make(
            String circle,
            long mostBytes,
            InstantSource time,
            Consumer<List<LoggedEffect>> committed) {
        return states.make(circle, mostBytes, time, committed);
    }

    @Override
    @AfterEach
    void closeAll() throws Exception {
        super.closeAll();
        states.close();
    }
}
