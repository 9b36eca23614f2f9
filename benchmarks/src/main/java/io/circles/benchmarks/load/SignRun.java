package io.circles.benchmarks.load;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// One run of requests to sign: each requester asks, waits, has its answer checked and asks again,
/// until the time is over and all are answered. For one thread.
final class SignRun {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);
    private static final long STEP_MS = 100;

    private final Selector selector;
    private final Supplier<SignAsk> asks;
    private final WorkMeter checking;
    private final Tally tally;
    private final long end;
    private long inFlight;

    /// @param selector whose keys have a [Requester] attached each
    /// @param asks what is asked next
    /// @param checking counts what checking takes
    SignRun(Selector selector, Supplier<SignAsk> asks, WorkMeter checking, Duration duration) {
        this.selector = selector;
        this.asks = asks;
        this.checking = checking;
        long start = System.nanoTime();
        this.tally = new Tally(start);
        this.end = start + duration.toNanos();
    }

    /// Runs it.
    ///
    /// @return what was seen, for the signers' part to be added
    Tally go() throws IOException {
        selector.keys().forEach(this::next);
        while (inFlight > 0 && System.nanoTime() - end < PATIENCE) {
            selector.select(this::came, STEP_MS);
        }
        if (inFlight > 0) {
            tally.wrong(
                    inFlight,
                    "no answer within " + TimeUnit.NANOSECONDS.toSeconds(PATIENCE) + " s");
        }
        return tally;
    }

    private void next(SelectionKey key) {
        if (key.isValid() && System.nanoTime() < end) {
            inFlight++;
            try {
                ((Requester) key.attachment()).ask(asks.get());
            } catch (IOException e) {
                lost(key, e);
            }
        }
    }

    private void came(SelectionKey key) {
        try {
            Optional<Requester.Answered> answered = ((Requester) key.attachment()).read();
            if (answered.isPresent()) {
                inFlight--;
                take(answered.get());
                next(key);
            }
        } catch (IOException e) {
            lost(key, e);
        }
    }

    private void take(Requester.Answered answered) {
        if (checking.of(answered::isRight)) {
            tally.answered(answered.since(), answered.now());
        } else {
            tally.wrong(1, answered.ask() + " was answered with " + answered.response());
        }
    }

    /// The others go on without it.
    private void lost(SelectionKey key, IOException cause) {
        Requester requester = (Requester) key.attachment();
        if (requester.waits()) {
            inFlight--;
        }
        tally.wrong(1, "a requester's connection was lost: " + cause.getMessage());
        try {
            key.channel().close();
        } catch (IOException e) {
            tally.wrong(1, "a connection could not be closed: " + e.getMessage());
        }
    }
}
