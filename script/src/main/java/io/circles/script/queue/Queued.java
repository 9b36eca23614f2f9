package io.circles.script.queue;

import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Caller;

/// What waits in a [TurnQueue]: it is a circle's, and one of its callers'.
public interface Queued {
    PublicKey circle();

    Caller caller();
}
