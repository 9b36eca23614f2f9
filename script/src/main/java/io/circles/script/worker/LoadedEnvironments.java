package io.circles.script.worker;

import io.circles.protocol.Json;
import io.circles.protocol.RpcMessage;
import io.circles.script.ScriptEnvironment;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// The environments that one worker has, the least used of which it forgets first.
///
/// Thread-safe; `lock` guards the rest, and is held while an environment is sent, so that no run
/// that names it goes before. One that is on lease is not forgotten, so that its run goes before
/// that.
final class LoadedEnvironments {
    private static final int MOST = JobServer.MOST_ENVIRONMENTS / 2;

    private final WorkerLink link;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<ScriptEnvironment, Lease> loaded = new LinkedHashMap<>(16, 0.75f, true);
    private long lastId;

    /// Keeps an environment until it is closed.
    final class Lease implements AutoCloseable {
        private final long id;
        private int holders;

        private Lease(long id) {
            this.id = id;
        }

        /// Under which the worker knows it.
        long id() {
            return id;
        }

        @Override
        public void close() {
            lock.lock();
            try {
                holders--;
            } finally {
                lock.unlock();
            }
        }
    }

    LoadedEnvironments(WorkerLink link) {
        this.link = link;
    }

    /// The worker's id of an environment, which is sent if the worker does not have it.
    Lease lease(ScriptEnvironment environment) throws IOException {
        lock.lock();
        try {
            Lease lease = loaded.get(environment);
            if (lease == null) {
                lease = load(environment);
            }
            lease.holders++;
            return lease;
        } finally {
            lock.unlock();
        }
    }

    private Lease load(ScriptEnvironment environment) throws IOException {
        makeRoom();
        Lease lease = new Lease(++lastId);
        link.send(
                new RpcMessage.Notification(
                        Methods.LOAD, EnvironmentCodec.encode(lease.id, environment)));
        loaded.put(environment, lease);
        return lease;
    }

    private void makeRoom() throws IOException {
        Iterator<Lease> eldest = loaded.values().iterator();
        while (loaded.size() >= MOST && eldest.hasNext()) {
            Lease lease = eldest.next();
            if (lease.holders == 0) {
                eldest.remove();
                link.send(
                        new RpcMessage.Notification(
                                Methods.UNLOAD, Json.object().put("id", lease.id)));
            }
        }
    }
}
