package io.circles.benchmarks.load;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// One run of rounds: each party broadcasts, waits for the others and goes on, until the time is
/// over and all rounds that were begun are done. For one thread.
final class RelayRun {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);
    private static final long STEP_MS = 100;

    private final Selector selector;
    private final Tally tally;
    private final long end;
    private int busy;

    /// @param selector whose keys have a [RelayParty] attached each
    RelayRun(Selector selector, Duration duration) {
        this.selector = selector;
        long start = System.nanoTime();
        this.tally = new Tally(start);
        this.end = start + duration.toNanos();
    }

    /// Runs it. A message is timed from its sending until both others have it.
    Tally go() throws IOException {
        selector.keys().forEach(this::next);
        while (busy > 0 && System.nanoTime() - end < PATIENCE) {
            selector.select(this::came, STEP_MS);
        }
        if (busy > 0) {
            tally.wrong(
                    busy,
                    "a round was not done within "
                            + TimeUnit.NANOSECONDS.toSeconds(PATIENCE)
                            + " s");
        }
        return tally;
    }

    private void next(SelectionKey key) {
        try {
            if (key.isValid() && party(key).next(System.nanoTime() >= end)) {
                busy++;
            }
        } catch (IOException e) {
            lost(key, e);
        }
    }

    private void came(SelectionKey key) {
        LoadConnection connection = party(key).connection();
        try {
            connection.read();
            Optional<LoadConnection.Payload> payload = connection.takeText();
            while (payload.isPresent()) {
                if (party(key).take(connection.text(payload.get()), tally)) {
                    busy--;
                    next(key);
                }
                payload = connection.takeText();
            }
        } catch (IOException e) {
            busy--;
            lost(key, e);
        }
    }

    private static RelayParty party(SelectionKey key) {
        return (RelayParty) key.attachment();
    }

    private void lost(SelectionKey key, IOException cause) {
        tally.wrong(1, "a party's connection was lost: " + cause.getMessage());
        try {
            key.channel().close();
        } catch (IOException e) {
            tally.wrong(1, "a connection could not be closed: " + e.getMessage());
        }
    }
}
