package io.circles.server.event;

import io.circles.protocol.CircleException;
import io.circles.protocol.Utf8;
import io.circles.script.state.LoggedEffect;
import io.circles.script.state.StateStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands the events of one circle to those who subscribed to them, in the order of the commits, on
/// a thread that exists only while there are any.
///
/// What this server commits comes as it is; what others have committed, or did not fit, is read
/// from the circle's log, each once and in its place. Only what the log does not keep any more is
/// left out, which `prev` of the next event shows. While nobody subscribes nothing is read.
///
/// What waits is bounded in bytes. Thread-safe; the lock guards all but the subscriptions' own
/// state, and is not held while something is read or handed on.
public final class Events {
    private static final Logger LOG = LoggerFactory.getLogger(Events.class);
    private static final long CAPACITY = 16 << 20;

    /// What an effect takes besides its body.
    private static final int OVERHEAD = 256;

    /// So many effects are read at a time.
    private static final int PAGE = 256;

    /// A log that cannot be read is tried again after this.
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /// Nobody subscribes, or it is not known yet what the first one begins with.
    private static final long NOWHERE = -1;

    /// @param lostUpTo number of the last effect before it that was left out; 0 for none
    private record Waiting(LoggedEffect effect, long lostUpTo) {}

    private final Executor threads;
    private final ScheduledExecutorService timer;
    private final StateStore log;
    private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();

    private final Object lock = new Object();
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private long bytes;
    private boolean working;

    /// The highest number that was heard of.
    private long newest;

    /// Whether there may be higher ones that nobody here was told of.
    private boolean unsure;

    /// All up to this number was put to what waits, or is nobody's concern; or [#NOWHERE].
    private long tail = NOWHERE;

    /// @param threads on which events are handed on
    /// @param timer for when the log cannot be read
    /// @param log the circle's own
    public Events(Executor threads, ScheduledExecutorService timer, StateStore log) {
        this.threads = threads;
        this.timer = timer;
        this.log = log;
    }

    /// Takes the effects of a commit of this server, in the order of its commits; returns at once.
    public void committed(List<LoggedEffect> effects) {
        if (effects.isEmpty()) {
            return;
        }
        synchronized (lock) {
            newest = Math.max(newest, effects.getLast().number());
            effects.forEach(this::putNext);
        }
        work();
    }

    /// What is behind a hole, or does not fit, is read when its turn comes.
    private void putNext(LoggedEffect effect) {
        if (tail != NOWHERE && effect.number() == tail + 1 && bytes < CAPACITY) {
            put(effect, 0);
        }
    }

    private void put(LoggedEffect effect, long lostUpTo) {
        waiting.add(new Waiting(effect, lostUpTo));
        bytes += weight(effect);
        tail = effect.number();
    }

    private static long weight(LoggedEffect effect) {
        return Utf8.length(effect.body()) + OVERHEAD;
    }

    /// Hears that another server has committed effects up to that number; returns at once.
    public void committedElsewhere(long number) {
        synchronized (lock) {
            newest = Math.max(newest, number);
        }
        work();
    }

    /// Hears that another server may have committed something; returns at once.
    public void check() {
        synchronized (lock) {
            unsure = true;
        }
        work();
    }

    /// Whether anybody subscribes.
    boolean isWanted() {
        return !subscriptions.isEmpty();
    }

    private void work() {
        synchronized (lock) {
            if (working || !hasWork()) {
                return;
            }
            working = true;
        }
        threads.execute(this::handOnAll);
    }

    private boolean hasWork() {
        return !waiting.isEmpty() || (tail != NOWHERE && (unsure || newest > tail));
    }

    private void handOnAll() {
        try {
            while (true) {
                @Nullable Waiting next;
                synchronized (lock) {
                    working = hasWork();
                    if (!working) {
                        return;
                    }
                    next = waiting.poll();
                    bytes -= next == null ? 0 : weight(next.effect);
                }
                if (next == null) {
                    read();
                } else {
                    handOn(next);
                }
            }
        } catch (InterruptedException | CircleException e) {
            LOG.atWarn().addKeyValue("why", e.getMessage()).log("events cannot be read for now");
            tryLater();
        } catch (RuntimeException | Error e) {
            LOG.error("events were not read", e);
            tryLater();
        }
    }

    private void tryLater() {
        synchronized (lock) {
            unsure = true;
            working = false;
        }
        var _ = timer.schedule(this::work, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void read() throws InterruptedException {
        long from;
        boolean ask;
        synchronized (lock) {
            from = tail;
            ask = unsure;
            unsure = false;
        }
        if (ask) {
            long last = log.lastEffect();
            synchronized (lock) {
                newest = Math.max(newest, last);
            }
        } else if (from != NOWHERE) {
            take(from, log.effects(from, PAGE));
        }
    }

    private void take(long from, List<LoggedEffect> page) {
        long lostUpTo = 0;
        synchronized (lock) {
            if (tail == NOWHERE) {
                return;
            }
            for (LoggedEffect effect : page) {
                if (effect.number() > tail) {
                    put(effect, effect.number() > tail + 1 ? effect.number() - 1 : 0);
                }
            }
            newest = Math.max(newest, tail);
            if (page.isEmpty() && tail == from) {
                tail = newest;
                lostUpTo = newest;
            }
        }
        if (lostUpTo > 0) {
            lost(lostUpTo);
        }
    }

    private void handOn(Waiting next) {
        try {
            if (next.lostUpTo > 0) {
                lost(next.lostUpTo);
            }
            Event.of(next.effect)
                    .ifPresent(event -> subscriptions.forEach(each -> each.offer(event)));
        } catch (RuntimeException | Error e) {
            // the next event is due all the same
            LOG.error("an event was not handed on", e);
        }
    }

    private void lost(long upTo) {
        LOG.atWarn().addKeyValue("up_to", upTo).log("events were left out");
        subscriptions.forEach(subscription -> subscription.lost(upTo));
    }

    /// Tells a subscription of all events from now on, even before it has begun.
    void add(Subscription subscription) {
        synchronized (lock) {
            subscriptions.add(subscription);
        }
    }

    void remove(Subscription subscription) {
        synchronized (lock) {
            subscriptions.remove(subscription);
            if (subscriptions.isEmpty()) {
                waiting.clear();
                bytes = 0;
                tail = NOWHERE;
            }
        }
    }

    /// Number of the circle's last effect, whoever has committed it. Who was added before is told
    /// of all after it.
    long newest() throws InterruptedException {
        long last = log.lastEffect();
        long found;
        synchronized (lock) {
            newest = Math.max(newest, last);
            found = newest;
            if (tail == NOWHERE && !subscriptions.isEmpty()) {
                tail = found;
            }
        }
        work();
        return found;
    }
}
