package io.circles.script.state;

import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.PublicKey;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Makes stores in a database of the test class's own, in each test with other circles.
final class PostgresStates implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private final SecureRandom random = new SecureRandom();
    private final Map<String, PublicKey> circles = new HashMap<>();
    private final ScheduledExecutorService writers = Executors.newScheduledThreadPool(2);
    private @Nullable PostgresDatabase database;
    private @Nullable SharedDatabase shared;

    @Override
    public void beforeAll(ExtensionContext context) {
        database = PostgresDatabase.create();
        shared = SharedDatabase.open(database.address());
    }

    /// From now on the same names are other circles.
    @Override
    public void afterEach(ExtensionContext context) {
        circles.clear();
    }

    StateStore make(
            String circle,
            long mostBytes,
            InstantSource clock,
            Consumer<List<LoggedEffect>> committed) {
        PublicKey key = circles.computeIfAbsent(circle, _ -> KeyPair.generate(random).publicKey());
        return Objects.requireNonNull(shared).store(key, mostBytes, writers, clock, committed);
    }

    /// The store of a machine whose clock is wrong.
    StateStore makeElsewhere(String circle, InstantSource machine) {
        PublicKey key = circles.computeIfAbsent(circle, _ -> KeyPair.generate(random).publicKey());
        SharedState state = new SharedState(Objects.requireNonNull(shared), key, 1 << 20, machine);
        return new StateStore(state, writers, machine, _ -> {});
    }

    @Override
    public void afterAll(ExtensionContext context) {
        writers.shutdownNow();
        if (shared != null) {
            shared.close();
        }
        if (database != null) {
            database.close();
        }
    }
}
