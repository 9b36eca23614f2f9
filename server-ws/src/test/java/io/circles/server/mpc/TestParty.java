package io.circles.server.mpc;

import io.circles.protocol.CircleException;
import io.circles.protocol.RelayApi;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A client of the relay on one connection.
final class TestParty implements Receiver {
    private static final long PATIENCE_SECONDS = 20;

    private final BlockingQueue<RelayApi.Event> came = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> displaced = new CompletableFuture<>();
    private final boolean answers;
    final Party party;
    private volatile boolean gone;

    TestParty(MpcRelay relay, Client client, boolean answers) {
        this.answers = answers;
        this.party = relay.enter(client, this);
    }

    /// What a turn comes to.
    <T> T does(Turn<T> turn) {
        return result(begins(turn));
    }

    /// Takes a turn.
    <T> CompletableFuture<T> begins(Turn<T> turn) {
        CompletableFuture<T> result = new CompletableFuture<>();
        turn.take(this, result::complete, result::completeExceptionally);
        return result;
    }

    /// What a turn has come to.
    static <T> T result(CompletableFuture<T> result) {
        try {
            return result.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof CircleException told ? told : e;
        }
    }

    /// The next event, of that kind.
    <E extends RelayApi.Event> E next(Class<E> kind) throws InterruptedException {
        RelayApi.Event next = came.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (!kind.isInstance(next)) {
            throw new AssertionError("expected " + kind.getSimpleName() + ", came " + next);
        }
        return kind.cast(next);
    }

    /// Whether nothing has come, when all that was done before has been told.
    boolean hasNothing() {
        try {
            does(party.joinGroup("00000000-0000-4000-8000-000000000000", null));
            throw new AssertionError("there is such a group");
        } catch (CircleException e) {
            return came.isEmpty();
        }
    }

    /// Whether no event has come.
    boolean hasNoEvent() {
        return came.isEmpty();
    }

    /// How many events have come.
    int count() {
        return came.size();
    }

    void leave() {
        gone = true;
        party.close();
    }

    void awaitDisplaced() {
        displaced.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public void event(RelayApi.Event event, Object cause, Runnable left) {
        if (!gone) {
            came.add(event);
        }
        left.run();
    }

    @Override
    public void ping(long mark) {
        if (answers) {
            Thread.startVirtualThread(() -> party.pong(mark));
        }
    }

    @Override
    public void displaced() {
        displaced.complete(null);
    }
}
