package io.circles.script.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalListener;
import io.circles.script.ScriptEnvironment;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/// Realms in which a circle's module is loaded and that nobody uses at the moment. Thread-safe.
///
/// A realm is kept for one environment (the very object: a reload makes a new one) and one set of
/// options. It is given back after each call and thrown away after many, when the heap fills, and
/// when its circle has not been called for long while others were.
final class WarmRealms implements AutoCloseable {
    private static final int MOST_CIRCLES = 128;
    private static final int MOST_CALLS = 1_000_000;

    /// Looking at the heap costs more than a call.
    private static final int CALLS_BETWEEN_LOOKS = 256;

    private static final double FULL = 0.8;

    private final Cache<Key, ConcurrentLinkedDeque<ModuleRealm>> idle =
            Caffeine.newBuilder()
                    .executor(Runnable::run)
                    .maximumSize(MOST_CIRCLES)
                    .removalListener(WarmRealms.<Key>closing())
                    .build();

    private volatile boolean closed;

    /// Which calls can use a realm.
    ///
    /// @param options what the realm was made with
    record Key(ScriptEnvironment environment, ScriptContexts.Options options) {
        @Override
        @SuppressWarnings(
                "ReferenceEquality") // comparing what it holds would cost more than a call
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key
                    && key.environment == environment
                    && key.options.equals(options);
        }

        @Override
        public int hashCode() {
            return 31 * System.identityHashCode(environment) + options.hashCode();
        }
    }

    private static <K> RemovalListener<K, ConcurrentLinkedDeque<ModuleRealm>> closing() {
        return (_, realms, _) -> {
            if (realms != null) {
                closeAll(realms);
            }
        };
    }

    private static void closeAll(ConcurrentLinkedDeque<ModuleRealm> realms) {
        for (ModuleRealm each = realms.poll(); each != null; each = realms.poll()) {
            each.close();
        }
    }

    /// A realm, the one that was used last; null if there is none.
    @Nullable ModuleRealm take(Key key) {
        ConcurrentLinkedDeque<ModuleRealm> realms = idle.getIfPresent(key);
        return realms == null ? null : realms.pollFirst();
    }

    /// Takes a realm back after a call that went well.
    void giveBack(Key key, ModuleRealm realm) {
        int calls = realm.called();
        if (calls % CALLS_BETWEEN_LOOKS == 0 && heapIsFull()) {
            idle.invalidateAll();
        }
        if (calls >= MOST_CALLS || closed) {
            realm.close();
            return;
        }
        idle.get(key, _ -> new ConcurrentLinkedDeque<>()).addFirst(realm);
    }

    private static boolean heapIsFull() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory() > FULL * runtime.maxMemory();
    }

    @Override
    public void close() {
        closed = true;
        idle.invalidateAll();
    }
}
