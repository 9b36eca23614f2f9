package io.circles.server.mpc;

import io.circles.protocol.Json;
import io.circles.protocol.Utf8;
import io.circles.protocol.crypto.PublicKey;
import java.util.HashMap;
import java.util.Map;

/// One connection of a member on the circle's own protocol, wherever the groups are in which it
/// takes part: here, or on other nodes. Thread-safe.
public final class RelayConnection implements AutoCloseable {
    private static final int LOST = 1_000;

    private final RelayNodes nodes;
    private final PublicKey key;
    private final Receiver receiver;
    private final Party here;

    /// As it takes part on other nodes, by their names; guarded by the lock of [Visits].
    final Map<String, Visit> visits = new HashMap<>();

    /// Groups whose events came here, until they were lost with their node; guarded by the lock of
    /// [Visits].
    final Map<String, Visit> lost = new Remembered<>(LOST);

    /// Guarded by the lock of [Visits].
    boolean closed;

    RelayConnection(RelayNodes nodes, PublicKey key, Receiver receiver, Party here) {
        this.nodes = nodes;
        this.key = key;
        this.receiver = receiver;
        this.here = here;
    }

    PublicKey key() {
        return key;
    }

    Receiver receiver() {
        return receiver;
    }

    Party here() {
        return here;
    }

    /// Makes a call when its turn comes, on the node where the group is. Calls about one group are
    /// made in the order of their turns.
    ///
    /// @throws io.circles.protocol.CircleException if the params are not what they should be
    public <P extends Record> Turn<?> turn(RelayCall<P> call, P params) {
        RelayCall.Ready ready = call.ready(here, params);
        return ready.group()
                .<Turn<?>>map(group -> elsewhere(call, params, ready.turn(), group))
                .orElse(ready.turn());
    }

    private <P extends Record> Turn<Object> elsewhere(
            RelayCall<P> call, P params, Turn<?> local, String group) {
        return (cause, done, failed) -> {
            if (nodes.isHere(group)) {
                local.take(cause, done, failed);
            } else {
                String text = Json.write(Json.unwritten(params));
                nodes.send(
                        new Errand(
                                this,
                                group,
                                call.method(),
                                Json.raw(text),
                                Utf8.length(text),
                                cause,
                                done,
                                failed,
                                () -> local.take(cause, done, failed)));
            }
        };
    }

    /// The client has answered a ping of [Receiver#ping].
    public void pong(long mark) {
        here.pong(mark);
        nodes.pong(this, mark);
    }

    /// The connection is lost, or has lost its right: it gets nothing more.
    @Override
    public void close() {
        here.close();
        nodes.leave(this);
    }
}
