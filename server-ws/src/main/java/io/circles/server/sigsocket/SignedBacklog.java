package io.circles.server.sigsocket;

import io.circles.server.pace.Backlog;
import io.circles.server.pace.Retries;
import io.circles.server.store.AskingRow;
import io.circles.server.store.Due;
import io.circles.server.store.SignStore;
import java.time.Duration;
import java.util.Optional;

/// What scripts have asked for and has ended, for the circle's handler to be told.
record SignedBacklog(SignStore store, SignedHandler handler) implements Backlog {
    /// With the pauses that is some twenty minutes.
    static final Retries RETRIES = new Retries(12, Duration.ofSeconds(1), 2, Duration.ofMinutes(5));

    static final int AT_ONCE = 1;

    @Override
    public Due due(int most) {
        return store.due(most);
    }

    @Override
    public Optional<Occasion> occasion(String id) {
        return store.asking(id).map(asking -> new Ended(store, handler, asking));
    }

    private record Ended(SignStore store, SignedHandler handler, AskingRow asking)
            implements Occasion {
        @Override
        public int tries() {
            return asking.tries();
        }

        @Override
        public int failures() {
            return asking.failures();
        }

        @Override
        public void handle() throws InterruptedException {
            handler.signed(SignedEvent.of(asking), "signed/" + asking.id());
        }

        @Override
        public boolean done() {
            store.done(asking.id());
            return false;
        }

        @Override
        public void tried(boolean failed, Duration pause, RuntimeException why) {
            store.tried(asking.id(), failed, pause);
        }

        @Override
        public void givenUp(RuntimeException why) {
            store.givenUp(asking.id());
        }
    }
}
