package io.circles.server.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.bus.Bus;
import io.circles.script.bus.BusLine;
import io.circles.script.bus.BusListener;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Tells the other servers of a circle that there are effects, and hears it of them: a number, and
/// not what they are, which the log says.
///
/// Many commits are one bell. Whoever joins, and whoever may have lost a bell, is told the newest
/// number. A server that has ended before it could ring makes [Events] look by itself; so does a
/// slow clock while somebody subscribes. Thread-safe; nothing here waits. The lock guards what is
/// to be rung.
public final class Bells implements BusListener, AutoCloseable {
    private static final String UP_TO = "up_to";

    /// From one bell to the next, at least.
    private static final Duration PAUSE = Duration.ofMillis(5);

    /// In case a bell was not rung: a commit of which its own server does not know, a server that
    /// has no bus.
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final Events events;
    private final ScheduledExecutorService timer;
    private final BusLine line;
    private final @Nullable ScheduledFuture<?> looking;

    private final Object lock = new Object();
    private long newest;
    private long rung;
    private long rungAt = System.nanoTime() - PAUSE.toNanos();
    private boolean due;

    /// Begins to listen.
    ///
    /// @param shared whether other servers may write the circle's state
    public Bells(
            Bus bus,
            PublicKey circle,
            Events events,
            ScheduledExecutorService timer,
            boolean shared) {
        this.events = events;
        this.timer = timer;
        this.line = bus.open(circle, Bus.Topic.EVENTS, this);
        this.looking =
                shared
                        ? timer.scheduleWithFixedDelay(
                                this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS)
                        : null;
    }

    private void look() {
        if (events.isWanted()) {
            events.check();
        }
    }

    /// Rings for effects that are durable.
    ///
    /// @param upTo number of the last one
    public void ring(long upTo) {
        synchronized (lock) {
            newest = Math.max(newest, upTo);
            // whoever joins is told then
            if (due || line.nodes().isEmpty()) {
                return;
            }
            due = true;
            long left = PAUSE.toNanos() - (System.nanoTime() - rungAt);
            if (left > 0) {
                var _ = timer.schedule(this::ringNow, left, TimeUnit.NANOSECONDS);
                return;
            }
        }
        ringNow();
    }

    private void ringNow() {
        long number;
        synchronized (lock) {
            due = false;
            if (newest == rung) {
                return;
            }
            rung = newest;
            rungAt = System.nanoTime();
            number = newest;
        }
        line.broadcast(Json.object().put(UP_TO, number));
    }

    @Override
    public void joined(String node) {
        begin(node);
    }

    /// It has looked already, perhaps, and what was committed here since was rung for others only.
    private void begin(String node) {
        events.check();
        long number;
        synchronized (lock) {
            number = newest;
        }
        if (number > 0) {
            line.send(node, Json.object().put(UP_TO, number));
        }
    }

    @Override
    public void received(String node, ObjectNode message) {
        JsonNode number = message.path(UP_TO);
        if (number.canConvertToLong() && number.isIntegralNumber()) {
            events.committedElsewhere(number.longValue());
        }
    }

    @Override
    public void gap(String node) {
        begin(node);
    }

    /// It may have committed something and told nobody.
    @Override
    public void left(String node) {
        events.check();
    }

    /// Rings for what is left, and listens no more.
    @Override
    public void close() {
        if (looking != null) {
            looking.cancel(false);
        }
        ringNow();
        line.close();
    }
}
