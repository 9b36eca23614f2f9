package io.circles.server.pace;

import io.circles.server.store.Due;
import java.time.Duration;
import java.util.Optional;

/// What has happened and is still to be handled: kept durably, and nowhere else. Thread-safe.
public interface Backlog {
    /// What is to be handled now. Blocks while that is read.
    ///
    /// @param most looks at so many
    Due due(int most);

    /// One of them; empty when it is not known any more. Blocks while that is read.
    Optional<Occasion> occasion(String id);

    /// One thing that has happened. All of this blocks.
    interface Occasion {
        /// How often a run of the handler was tried in vain.
        int tries();

        /// How often of these it was the handler that failed.
        int failures();

        /// Runs the circle's handler, unless that was done before.
        ///
        /// @throws io.circles.protocol.CircleException if it failed, and nothing came of it
        void handle() throws InterruptedException;

        /// Keeps that it was handled.
        ///
        /// @return whether something else became due by that
        boolean done();

        /// Keeps that it was tried in vain.
        ///
        /// @param failed whether it was the handler that failed
        /// @param pause after this it is due again
        /// @param why what went wrong
        void tried(boolean failed, Duration pause, RuntimeException why);

        /// Keeps that the handler has failed too often.
        ///
        /// @param why what went wrong the last time
        void givenUp(RuntimeException why);
    }
}
