package io.circles.server.rpc;

import io.circles.protocol.SignApi;
import io.circles.protocol.crypto.PublicKey;
import io.circles.protocol.crypto.Signature;
import io.circles.server.event.Deliveries;
import io.circles.server.event.PendingReply;
import io.circles.server.sigsocket.Device;
import io.circles.server.sigsocket.Listening;
import io.circles.server.sigsocket.SigSocket;
import io.circles.server.sigsocket.SignRequest;
import io.circles.server.sigsocket.SignState;
import org.jspecify.annotations.Nullable;

/// One connection of the circle's protocol, as far as it listens for requests to its session's
/// key. Confined to the connection's mailbox.
public final class ConnectionDevice {
    private final SigSocket socket;
    private final Deliveries deliveries;
    private @Nullable Ear ear;
    private @Nullable Listening listening;

    /// A connection that does not listen.
    ///
    /// @param deliveries where its events go, each behind the reply that it belongs behind
    public ConnectionDevice(SigSocket socket, Deliveries deliveries) {
        this.socket = socket;
        this.deliveries = deliveries;
    }

    /// What listens for one key, until it ends.
    private static final class Ear implements Device, Deliveries.Receiver {
        private final PublicKey key;
        private final Deliveries deliveries;
        private volatile boolean ended;

        Ear(PublicKey key, Deliveries deliveries) {
            this.key = key;
            this.deliveries = deliveries;
        }

        @Override
        public boolean ended() {
            return ended;
        }

        @Override
        public void requested(SignRequest request, String cause) {
            deliveries.deliver(
                    this, request.event().notification().encode(), cause.isEmpty() ? this : cause);
        }

        @Override
        public void closed(SignRequest request, SignState state) {
            SignApi.Closed event = new SignApi.Closed(request.id(), state.word());
            deliveries.deliver(this, event.notification().encode(), this);
        }
    }

    /// Listens for what a key is asked, from now on and no longer for another. Its requests come
    /// after the reply.
    ///
    /// @param key proven by the session
    public SignApi.Listening listen(PublicKey key, PendingReply reply) {
        keepOnlyFor(key);
        if (ear == null) {
            Ear fresh = new Ear(key, deliveries);
            reply.goesBefore(fresh);
            ear = fresh;
            listening = socket.listen(key, fresh, true);
        }
        return new SignApi.Listening(true);
    }

    /// Answers a request with a signature.
    ///
    /// @return see [Listening#respond]
    public boolean respond(String id, Signature signature) {
        return listening != null && listening.respond(id, signature);
    }

    /// Answers a request with no.
    ///
    /// @return see [Listening#reject]
    public boolean reject(String id, String reason) {
        return listening != null && listening.reject(id, reason);
    }

    /// Listens no longer, unless it is for the key that the session has proven.
    ///
    /// @param proven null when it has proven none, or does not any more
    public void keepOnlyFor(@Nullable PublicKey proven) {
        if (ear != null && !ear.key.equals(proven)) {
            close();
        }
    }

    /// Listens no longer.
    public void close() {
        if (ear != null && listening != null) {
            ear.ended = true;
            listening.close();
            ear = null;
            listening = null;
        }
    }
}
