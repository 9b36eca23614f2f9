package io.circles.client;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.RpcId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The requests that wait for their answers; bounded.
///
/// Concurrency: any thread. A call is first entered, then `end` is looked at; [#end] sets `end`
/// first, then goes through the entries: so none is left without an outcome.
final class PendingCalls {
    /// How many requests may wait at once.
    static final int MAX = 1024;

    /// One of them.
    ///
    /// @param first gets the circle's answer before the next message is read; must neither block
    ///     nor throw
    record Call(RpcId id, CompletableFuture<Outcome> outcome, Consumer<Outcome> first) {}

    private final Map<RpcId, Call> calls = new ConcurrentHashMap<>();
    private final Semaphore room = new Semaphore(MAX);
    private final AtomicLong lastId = new AtomicLong();
    private final CompletableFuture<LinkEnd> end = new CompletableFuture<>();

    /// Enters a call with an id of its own. Whoever does takes it out with [#remove].
    ///
    /// @throws CircleException [ErrorCode#BUSY] when too many wait
    Call add() {
        return add(outcome -> {});
    }

    /// The same, for a call whose answer somebody has to see first.
    Call add(Consumer<Outcome> first) {
        if (!room.tryAcquire()) {
            throw CircleException.limit(
                    ErrorCode.BUSY, "too many requests wait on this connection", MAX, MAX + 1L);
        }
        Call call = new Call(RpcId.of(lastId.incrementAndGet()), new CompletableFuture<>(), first);
        calls.put(call.id(), call);
        if (end.isDone()) {
            call.outcome().complete(new Outcome.Lost(end.join()));
        }
        return call;
    }

    /// Enters a call that is taken out by its answer, if one comes.
    Call addFreed(Consumer<Outcome> first) {
        AtomicReference<@Nullable Call> itself = new AtomicReference<>();
        Call call =
                add(
                        outcome -> {
                            Optional.ofNullable(itself.get()).ifPresent(this::remove);
                            first.accept(outcome);
                        });
        itself.set(call);
        return call;
    }

    /// Takes a call out, answered or given up.
    void remove(Call call) {
        calls.remove(call.id());
        room.release();
    }

    /// Gives a call its outcome.
    ///
    /// @return false when none with that id waits
    boolean complete(RpcId id, Outcome outcome) {
        Optional<Call> call = Optional.ofNullable(calls.get(id));
        call.ifPresent(waiting -> waiting.first().accept(outcome));
        return call.map(waiting -> waiting.outcome().complete(outcome)).orElse(false);
    }

    /// Whether an id was ever given out.
    boolean knows(RpcId id) {
        try {
            long number = Long.parseLong(id.json());
            return number >= 1 && number <= lastId.get();
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /// Ends all that wait, and all that come. Only the first end counts.
    void end(LinkEnd how) {
        if (end.complete(how)) {
            calls.values().forEach(call -> call.outcome().complete(new Outcome.Lost(how)));
        }
    }

    /// Whether [#end] was called.
    boolean ended() {
        return end.isDone();
    }

    /// Has something done at the end, by whoever ends, or now if that has come.
    ///
    /// @param then must neither block nor throw
    void atEnd(Consumer<LinkEnd> then) {
        var _ = end.thenAccept(then);
    }
}
