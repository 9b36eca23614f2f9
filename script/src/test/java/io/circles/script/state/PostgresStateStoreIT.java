package io.circles.script.state;

import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresStateStoreIT extends StateStoreContract {
    @RegisterExtension static final PostgresStates STATES = new PostgresStates();

    @Override
    StateStore make(
            String circle,
            long mostBytes,
            InstantSource time,
            Consumer<List<LoggedEffect>> committed) {
        return STATES.make(circle, mostBytes, time, committed);
    }
}
