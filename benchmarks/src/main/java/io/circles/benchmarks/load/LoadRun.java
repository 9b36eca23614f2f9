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
import org.HdrHistogram.Histogram;

/// One run of the generator: sends what is due, takes what is answered, until the time is over and
/// all that was due before is answered. For one thread.
final class LoadRun {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);
    private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(10);
    private static final int SHOWN = 300;

    private final Selector selector;
    private final Schedule schedule;
    private final BooleanSupplier stopped;
    private final Deque<Lane> free = new ArrayDeque<>();
    private final Histogram latencies = new Histogram(LONGEST_MICROS, 3);
    private final long start = System.nanoTime();
    private final long end;
    private int inFlight;
    private long lastAnswer = start;
    private long probes;
    private long wrong;
    private String firstWrong = "";

    LoadRun(Selector selector, Mix mix, Pace pace, Duration duration, BooleanSupplier stopped) {
        this.selector = selector;
        this.schedule = Schedule.of(pace, start);
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
        return measured(Duration.ofNanos(threads.getCurrentThreadCpuTime() - cpu));
    }

    /// The connections, to the next run.
    private void giveBack() {
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof Lane lane) {
                key.attach(lane.connection);
            }
        }
        if (inFlight > 0) {
            wrong(inFlight, "no answer within " + TimeUnit.NANOSECONDS.toSeconds(PATIENCE) + " s");
        }
    }

    private Measured measured(Duration ownCpu) {
        Duration took = Duration.ofNanos(Math.max(1, lastAnswer - start));
        return new Measured(latencies, took, probes, wrong, firstWrong, ownCpu);
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
            wrong(1, lane.sent().text() + " was answered with " + lane.connection.text(payload));
        }
        if (lane.isProbe()) {
            probes++;
        } else {
            latencies.recordValue(
                    Math.min(TimeUnit.NANOSECONDS.toMicros(now - lane.since()), LONGEST_MICROS));
        }
        inFlight--;
        lastAnswer = now;
        lane.free(now);
        free.add(lane);
    }

    /// The others go on without it.
    private void lost(Lane lane, IOException cause) {
        wrong(1, "a connection was lost: " + cause.getMessage());
        try {
            lane.connection.close();
        } catch (IOException e) {
            wrong(1, "a connection could not be closed: " + e.getMessage());
        }
    }

    private void wrong(int answers, String what) {
        wrong += answers;
        if (firstWrong.isEmpty()) {
            firstWrong = what.substring(0, Math.min(SHOWN, what.length()));
        }
    }
}
