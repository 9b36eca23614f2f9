package io.circles.server.event;

import io.circles.protocol.Wildcard;
import java.util.ArrayDeque;
import java.util.Queue;

/// One subscription of one connection.
///
/// It is told of events before it has begun, so that none is missed while the log is read; these
/// wait. Thread-safe; its monitor guards its state, and is held while an event is handed on.
final class Subscription implements Deliveries.Receiver {
    /// How many events may be published while the log is read.
    private static final int MOST_EARLY = 10_000;

    private final String id;
    private final Wildcard topic;
    private final Deliveries deliveries;

    private final Queue<Event> early = new ArrayDeque<>();
    private boolean begun;
    private long start;
    private long prev;
    private long lostUpTo;
    private volatile boolean ended;

    Subscription(String id, Wildcard topic, Deliveries deliveries) {
        this.id = id;
        this.topic = topic;
        this.deliveries = deliveries;
    }

    String id() {
        return id;
    }

    @Override
    public boolean ended() {
        return ended;
    }

    /// Sends what is to be sent again, then what came meanwhile, and from now on what comes.
    synchronized void begin(Replay replay) {
        start = replay.until();
        prev = replay.prev();
        replay.events().forEach(this::deliver);
        begun = true;
        noteLost();
        early.forEach(this::take);
        early.clear();
    }

    /// Takes an event, if it is of the topic. They come in their order.
    synchronized void offer(Event event) {
        if (ended || !topic.matches(event.topic())) {
            return;
        }
        if (begun) {
            take(event);
        } else if (early.size() < MOST_EARLY) {
            early.add(event);
        } else {
            ended = true;
            deliveries.overflow();
        }
    }

    private void take(Event event) {
        if (event.seq() > start) {
            deliver(event);
        }
    }

    private void deliver(Event event) {
        deliveries.deliver(this, event.encode(id, prev), event.runId());
        prev = event.seq();
    }

    /// Events up to a number were lost, of whatever topic: the next one's `prev` shows it.
    synchronized void lost(long upTo) {
        lostUpTo = upTo;
        if (begun) {
            noteLost();
        }
    }

    private void noteLost() {
        if (lostUpTo > start) {
            prev = Math.max(prev, lostUpTo);
        }
    }

    /// Sends nothing more.
    synchronized void end() {
        ended = true;
    }
}
