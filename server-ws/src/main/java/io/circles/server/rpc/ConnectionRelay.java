package io.circles.server.rpc;

import io.circles.protocol.RelayApi;
import io.circles.protocol.crypto.PublicKey;
import io.circles.server.event.Deliveries;
import io.circles.server.mpc.Receiver;
import io.circles.server.mpc.RelayCall;
import io.circles.server.mpc.RelayConnection;
import io.circles.server.mpc.RelayNodes;
import io.circles.server.mpc.Turn;
import io.circles.server.transport.Connection;
import org.jspecify.annotations.Nullable;

/// One connection of the circle's protocol, as far as it takes part in the relay for its session's
/// key. Confined to the connection's mailbox.
public final class ConnectionRelay {
    private final RelayNodes relay;
    private final Deliveries deliveries;
    private final Connection connection;
    private @Nullable Inbox inbox;
    private @Nullable RelayConnection member;

    /// A connection that takes no part.
    ///
    /// @param deliveries where its events go, each behind the reply that it belongs behind
    public ConnectionRelay(RelayNodes relay, Deliveries deliveries, Connection connection) {
        this.relay = relay;
        this.deliveries = deliveries;
        this.connection = connection;
    }

    /// What gets the events of one key, until it ends.
    private static final class Inbox implements Receiver, Deliveries.Receiver {
        private final PublicKey key;
        private final Deliveries deliveries;
        private final Connection connection;
        private volatile boolean ended;

        Inbox(PublicKey key, Deliveries deliveries, Connection connection) {
            this.key = key;
            this.deliveries = deliveries;
            this.connection = connection;
        }

        @Override
        public boolean ended() {
            return ended;
        }

        @Override
        public void event(RelayApi.Event event, Object cause, Runnable left) {
            deliveries.deliver(this, event.notification().encode(), cause, left);
        }

        @Override
        public void ping(long mark) {
            connection.ping(mark);
        }

        /// Each group has a connection of its own.
        @Override
        public void displaced() {}
    }

    /// What the member that has proven a key wants.
    ///
    /// @throws io.circles.protocol.CircleException if the params are not what they should be
    public <P extends Record> Turn<?> turn(PublicKey key, RelayCall<P> call, P params) {
        return member(key).turn(call, params);
    }

    private RelayConnection member(PublicKey key) {
        keepOnlyFor(key);
        RelayConnection there = member;
        if (there == null) {
            Inbox fresh = new Inbox(key, deliveries, connection);
            there = relay.enter(key, fresh);
            inbox = fresh;
            member = there;
        }
        return there;
    }

    /// The client has answered a ping.
    void pong(long mark) {
        if (member != null) {
            member.pong(mark);
        }
    }

    /// Takes no part any more, unless it is for that key.
    ///
    /// @param allowed null when the session may take no part
    void keepOnlyFor(@Nullable PublicKey allowed) {
        if (inbox != null && !inbox.key.equals(allowed)) {
            close();
        }
    }

    /// Takes no part any more.
    void close() {
        if (inbox != null && member != null) {
            inbox.ended = true;
            member.close();
            inbox = null;
            member = null;
        }
    }
}
