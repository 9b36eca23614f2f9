package io.circles.server;

import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Caller;
import io.circles.script.Capability;
import io.circles.script.ScriptEnvironment;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptLimits;
import io.circles.script.ScriptRunner;
import io.circles.script.ScriptTask;
import io.circles.script.state.StateStore;
import io.circles.server.transcript.Cast;
import java.util.EnumSet;
import java.util.Random;
import java.util.UUID;

/// What a server has committed that is gone.
final class LeftBehind {
    private LeftBehind() {}

    /// A request to sign of a key.
    static void commit(StateStore state, PublicKey key) throws InterruptedException {
        ScriptJob job =
                new ScriptJob(
                        UUID.randomUUID().toString(),
                        ScriptEnvironment.of(Cast.CIRCLE.pair().publicKey(), "test")
                                .withState(state.url()),
                        Caller.of(Cast.BOB.pair().publicKey()),
                        EnumSet.allOf(Capability.class),
                        new ScriptTask.Play("sign %s 1 %s".formatted(UUID.randomUUID(), key)),
                        null,
                        ScriptLimits.DEFAULTS);
        var _ = new ScriptRunner(new StubScripts(), state, new Random(1)).run(job, null);
    }
}
