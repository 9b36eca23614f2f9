package io.circles.benchmarks.load;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// One run of the generator: sends what is due, takes what is answered, until the time is over and
/// all that was due before is answered. For one thread.
final class LoadRun {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

    private final Selector selector;
    private final Schedule schedule;
    private final BooleanSupplier stopped;
    private final Deque<Lane> free = new ArrayDeque<>();
    private final Tally tally;
    private final long end;
    private int inFlight;

    LoadRun(Selector selector, Mix mix, Pace pace, Duration duration, BooleanSupplier stopped) {
        this.selector = selector;
        long start = System.nanoTime();
        this.schedule = Schedule.of(pace, start);
        this.tally = new Tally(start);
        this.stopped = stopped;
        this.end = start + duration.toNanos();
        long first = 0;
        for (SelectionKey key : selector.keys()) {
            if (key.isValid()) {
                Lane lane = new Lane((LoadConnection) key.attachment(), mix, first++);
                lane.free(start);
                key.attach(lane);
                free.add(lane);
            }
        }
    }

    Measured go() throws IOException {
        var threads = ManagementFactory.getThreadMXBean();
        long cpu = threads.getCurrentThreadCpuTime();
        long next = sendWhatIsDue();
        while (next < end ? inTime() : inFlight > 0 && inTime()) {
            long wait = TimeUnit.NANOSECONDS.toMillis(Math.min(next, end) - System.nanoTime()) + 1;
            selector.select(this::answered, Math.clamp(wait, 1, 100));
            next = sendWhatIsDue();
        }
        giveBack();
        return tally.measured(Duration.ofNanos(threads.getCurrentThreadCpuTime() - cpu));
    }

    /// The connections, to the next run.
    private void giveBack() {
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof Lane lane) {
                key.attach(lane.connection);
            }
        }
        if (inFlight > 0) {
            tally.wrong(
                    inFlight,
                    "no answer within " + TimeUnit.NANOSECONDS.toSeconds(PATIENCE) + " s");
        }
    }

    private boolean inTime() {
        return System.nanoTime() - end < PATIENCE && !(stopped.getAsBoolean() && inFlight == 0);
    }

    /// When something is due next, as far as that is known: [Long#MAX_VALUE] when all are busy.
    private long sendWhatIsDue() {
        Lane lane = free.peek();
        while (lane != null && !stopped.getAsBoolean()) {
            long now = System.nanoTime();
            long due = schedule.due(lane);
            if (due > now || due >= end) {
                return due;
            }
            free.remove();
            send(lane, schedule.sent(due, now));
            lane = free.peek();
        }
        return Long.MAX_VALUE;
    }

    private void send(Lane lane, long since) {
        try {
            lane.connection.send(lane.next(since).frame());
            inFlight++;
        } catch (IOException e) {
            lost(lane, e);
        }
    }

    private void answered(SelectionKey key) {
        Lane lane = (Lane) key.attachment();
        try {
            lane.connection.read();
            Optional<LoadConnection.Payload> payload = lane.connection.takeText();
            while (payload.isPresent()) {
                take(lane, payload.get());
                payload = lane.connection.takeText();
            }
        } catch (IOException e) {
            inFlight--;
            lost(lane, e);
        }
    }

    private void take(Lane lane, LoadConnection.Payload payload) {
        long now = System.nanoTime();
        byte[] bytes = lane.connection.bytes();
        if (!lane.sent().answer().isIn(bytes, payload.from(), payload.to())) {
            tally.wrong(
                    1, lane.sent().text() + " was answered with " + lane.connection.text(payload));
        }
        if (lane.isProbe()) {
            tally.probed(now);
        } else {
            tally.answered(lane.since(), now);
        }
        inFlight--;
        lane.free(now);
        free.add(lane);
    }

    /// The others go on without it.
    private void lost(Lane lane, IOException cause) {
        tally.wrong(1, "a connection was lost: " + cause.getMessage());
        try {
            lane.connection.close();
        } catch (IOException e) {
            tally.wrong(1, "a connection could not be closed: " + e.getMessage());
        }
    }
}
