package io.circles.server.mpc;

import io.circles.protocol.Json;
import io.circles.protocol.RelayApi;
import io.circles.protocol.crypto.PublicKey;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A connection of another node, as it takes part here.
///
/// @param key that its client has proven there
record Guest(PublicKey key, Party party, Guest.Messenger messenger) implements AutoCloseable {

    /// What a call of a visitor's causes comes with it.
    record Cause(String node, long call) {}

    /// Tells the node of the connection what happens. Thread-safe.
    static final class Messenger implements Receiver {
        private record Handed(long number, Runnable left) {}

        private final NodeLine line;
        private final String node;
        private final long epoch;
        private final long visit;
        private final LongSupplier numbers;
        private final NodeFlow flow;

        private final Object lock = new Object();
        private final Queue<Handed> underWay = new ArrayDeque<>();

        /// Of a ping that was asked for; 0 for none.
        private final AtomicLong pinged = new AtomicLong();

        /// @param numbers gives one that is higher than all before
        /// @param flow to that node
        Messenger(
                NodeLine line,
                String node,
                long epoch,
                long visit,
                LongSupplier numbers,
                NodeFlow flow) {
            this.line = line;
            this.node = node;
            this.epoch = epoch;
            this.visit = visit;
            this.numbers = numbers;
            this.flow = flow;
        }

        @Override
        public void event(RelayApi.Event event, Object cause, Runnable left) {
            Long call = cause instanceof Cause its && its.node.equals(node) ? its.call : null;
            synchronized (lock) {
                long number = numbers.getAsLong();
                underWay.add(new Handed(number, left));
                line.send(node, happened(event, number, call));
            }
        }

        private NodeMessage.Happened happened(
                RelayApi.Event event, long number, @Nullable Long call) {
            return new NodeMessage.Happened(
                    epoch,
                    visit,
                    number,
                    call,
                    flow.asks(number),
                    event.method(),
                    Json.tree(event));
        }

        /// The other node says when an event has arrived, which is the answer to any ping.
        @Override
        public void ping(long mark) {
            pinged.set(mark);
        }

        /// No key is displaced.
        @Override
        public void displaced() {}

        /// All has arrived, up to a number.
        private void arrived(long number) {
            Queue<Handed> gone = new ArrayDeque<>();
            synchronized (lock) {
                while (!underWay.isEmpty() && underWay.element().number <= number) {
                    gone.add(underWay.remove());
                }
            }
            gone.forEach(each -> each.left.run());
        }

        private long takePing() {
            return pinged.getAndSet(0);
        }
    }

    /// @param window bytes of events that are on their way to it
    static Guest enter(MpcRelay relay, PublicKey key, Messenger messenger, long window) {
        return new Guest(
                key, relay.enter(Client.key(key), messenger, window, messenger.flow), messenger);
    }

    /// All that it was told has arrived at the client, up to a number.
    void arrived(long number) {
        messenger.arrived(number);
        for (long mark = messenger.takePing(); mark != 0; mark = messenger.takePing()) {
            party.pong(mark);
        }
    }

    @Override
    public void close() {
        party.close();
    }
}
