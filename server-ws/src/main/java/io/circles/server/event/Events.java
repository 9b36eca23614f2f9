package io.circles.server.event;

import io.circles.protocol.Utf8;
import io.circles.script.state.LoggedEffect;
import io.circles.script.state.StateStore;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands the events of one circle to those who subscribed to them, in the order of the commits, on
/// a thread that exists only while there are any.
///
/// What waits is bounded in bytes: when events come faster than they can be handed on, the newest
/// are left out, which `prev` of the next one shows. Thread-safe; the lock guards what waits and
/// whether a thread is at work.
public final class Events {
    private static final Logger LOG = LoggerFactory.getLogger(Events.class);
    private static final long CAPACITY = 16 << 20;

    /// What an effect takes besides its body.
    private static final int OVERHEAD = 256;

    /// @param lostUpTo number of the last effect before it that was left out; 0 for none
    private record Waiting(LoggedEffect effect, long lostUpTo) {}

    private final Executor threads;
    private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();
    private volatile long newest;

    private final Object lock = new Object();
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private long bytes;
    private long lost;
    private boolean working;

    /// @param threads on which events are handed on
    public Events(Executor threads) {
        this.threads = threads;
    }

    /// Takes the effects of a commit, in the order of the commits; returns at once.
    public void committed(List<LoggedEffect> effects) {
        if (effects.isEmpty()) {
            return;
        }
        newest = effects.getLast().number();
        if (subscriptions.isEmpty()) {
            return;
        }
        synchronized (lock) {
            effects.forEach(this::put);
            if (working || waiting.isEmpty()) {
                return;
            }
            working = true;
        }
        threads.execute(this::work);
    }

    private void put(LoggedEffect effect) {
        if (bytes >= CAPACITY) {
            lost = effect.number();
            return;
        }
        waiting.add(new Waiting(effect, lost));
        bytes += weight(effect);
        lost = 0;
    }

    private static long weight(LoggedEffect effect) {
        return Utf8.length(effect.body()) + OVERHEAD;
    }

    private void work() {
        for (Waiting next = next(null); next != null; next = next(next)) {
            try {
                handOn(next);
            } catch (RuntimeException | Error e) {
                // the next event is due all the same
                LOG.error("an event was not handed on", e);
            }
        }
    }

    private @Nullable Waiting next(@Nullable Waiting done) {
        synchronized (lock) {
            bytes -= done == null ? 0 : weight(done.effect);
            Waiting next = waiting.poll();
            working = next != null;
            return next;
        }
    }

    private void handOn(Waiting next) {
        if (next.lostUpTo > 0) {
            LOG.atWarn().addKeyValue("up_to", next.lostUpTo).log("events were left out");
            subscriptions.forEach(subscription -> subscription.lost(next.lostUpTo));
        }
        Event.of(next.effect).ifPresent(event -> subscriptions.forEach(each -> each.offer(event)));
    }

    /// Tells a subscription of all events from now on, even before it has begun.
    void add(Subscription subscription) {
        subscriptions.add(subscription);
    }

    void remove(Subscription subscription) {
        subscriptions.remove(subscription);
    }

    /// Number of the circle's last effect; whoever was added before misses none after it.
    long newest(StateStore log) throws InterruptedException {
        long known = newest;
        return known == 0 ? log.lastEffect() : known;
    }
}
