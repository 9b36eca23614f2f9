package io.circles.server.sigsocket;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.crypto.PublicKey;
import io.circles.protocol.crypto.Signature;
import io.circles.script.bus.Bus;
import io.circles.server.pace.Quota;
import io.circles.server.store.AuditEvent;
import io.circles.server.store.SignEnds;
import io.circles.server.store.SignRow;
import io.circles.server.store.SignStore;
import io.circles.server.store.Writing;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The signing service of one circle: asks the holders of keys for signatures, and takes the first
/// good answer of each.
///
/// Every request is audited before a device sees it, and its end before anybody is told of it.
/// Thread-safe: one thing after the other is decided, by the [Decisions] of its [Board]; what is
/// decided is kept, which blocks, and then carried out.
public final class SigSocket implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SigSocket.class);

    private final AskCheck asks;
    private final Quota quota;
    private final SignStore store;
    private final InstantSource clock;
    private final SignMeter meter;
    private final Board board;
    private final Listeners listeners;
    private final Decisions decisions;
    private final Expiry expiry;
    private final Admission admission;
    private final Executor threads;
    private final ScheduledExecutorService timer;

    /// The other nodes, once this one has joined them.
    private volatile @Nullable Nodes nodes;

    /// Told of the id of what a script has asked for, when it has ended and that is durable.
    private volatile Consumer<String> askingEnded = asking -> {};

    /// A service that nobody has asked yet.
    ///
    /// @param circle whose it is
    /// @param store what is kept of it
    /// @param timer only starts what is due
    /// @param threads on which that is done
    /// @param clock says when requests end
    public SigSocket(
            PublicKey circle,
            SignLimits limits,
            SignStore store,
            ScheduledExecutorService timer,
            Executor threads,
            InstantSource clock,
            SignMeter meter) {
        this.asks = new AskCheck(circle, limits);
        this.quota = new Quota(limits.requestsPerMinute(), clock);
        this.store = store;
        this.clock = clock;
        this.meter = meter;
        this.board = new Board(limits, store, this::changed);
        this.listeners = board.listeners();
        this.decisions = board.decisions();
        this.admission = new Admission(limits, quota, board);
        this.threads = threads;
        this.timer = timer;
        this.expiry =
                new Expiry(timer, threads, clock, pending -> end(pending, new Outcome.Expired()));
    }

    /// Joins the other nodes that serve the circle: devices that are connected there are asked
    /// what this one is asked, and those that are connected here what the others are.
    ///
    /// @param look told when there may be something in the circle's log that no node does; must not
    ///     block
    public void join(Bus bus, Runnable look) {
        if (bus.equals(Bus.alone())) {
            return;
        }
        Nodes others = new Nodes(this, board, asks, threads, timer, look);
        nodes = others;
        others.join(bus);
    }

    private void changed(Seat seat) {
        Nodes others = nodes;
        if (others != null) {
            others.changed(seat, listeners.isListening(seat.key));
        }
    }

    /// Asks the other nodes to look into the circle's log.
    void look() {
        Nodes others = nodes;
        if (others != null) {
            others.look();
        }
    }

    /// Asks the holder of a key, and waits. An interrupt cancels the request.
    ///
    /// @throws CircleException [ErrorCode#INVALID_PARAMS] when what is asked is not right, as a
    ///     message that begins as Circles' own texts do; [ErrorCode#BUSY] when the requester asks
    ///     too often or too much is open; [ErrorCode#SIGNER_NOT_CONNECTED] when no device listens
    ///     and the ask does not wait for one; [ErrorCode#SIGNER_TIMEOUT];
    ///     [ErrorCode#SIGNER_REJECTED]; [ErrorCode#INVALID_SIGNATURE] from a device that has one
    ///     chance only; [ErrorCode#CANCELLED] when the circle stops
    public Signed sign(Ask ask) throws InterruptedException {
        Pending pending = Pending.loose(asks.request(ask, clock.instant()));
        if (!quota.take(ask.requester().name())) {
            throw new CircleException(ErrorCode.BUSY, "Busy: too many requests of this requester");
        }
        keep(pending, board.reserve(pending, !ask.waitForDevice()));
        open(pending);
        try {
            return pending.await();
        } catch (InterruptedException e) {
            end(pending, new Outcome.Cancelled("nobody waits for it"));
            throw e;
        }
    }

    private void keep(Pending pending, Writing<SignRow> requested) {
        boolean kept = false;
        try {
            var _ = requested.await();
            kept = true;
        } finally {
            if (!kept) {
                board.drop(pending);
            }
        }
    }

    private void open(Pending pending) {
        if (!pending.isOver()) {
            expiry.add(pending);
            board.open(pending);
        }
    }

    ScriptAsks scriptAsks() {
        return new ScriptAsks(asks.circle(), asks.limits().longest());
    }

    /// Tells somebody of the end of each thing that a script has asked for.
    ///
    /// @param ended is given its id; must not block
    void onAskingEnded(Consumer<String> ended) {
        askingEnded = ended;
    }

    /// Ends what was left open when nobody waits for it any more.
    void endLeft(List<SignRow> loose) {
        if (!loose.isEmpty()) {
            var _ = store.ending(loose, new Outcome.Cancelled("the server was gone").end()).await();
        }
    }

    /// What scripts ask for, before it is kept.
    Admission admission() {
        return admission;
    }

    /// Whether something of that id is open that a script has asked for.
    boolean isOpen(String asking) {
        return board.isOpen(asking);
    }

    /// Opens what a script has asked for, which is kept; what was refused has ended.
    void open(Admitted admitted) {
        admitted.open().forEach(this::open);
        if (admitted.isRefused()) {
            for (SignRow each : admitted.row().requests()) {
                meter.ended(refused(each.end().orElseThrow()), Duration.ZERO);
            }
            askingEnded.accept(admitted.row().id());
        }
    }

    private static SignState refused(SignRow.End end) {
        return end.event() == AuditEvent.FAILED ? SignState.FAILED : SignState.CANCELLED;
    }

    /// Ends what a script has asked for, if it has not ended.
    void withdraw(String asking) {
        var _ =
                settle(
                        new Decision(
                                List.of(),
                                new Outcome.Cancelled("withdrawn"),
                                null,
                                store.withdrawing(asking)));
    }

    /// A device listens for a key until the handle is closed.
    ///
    /// @param proven whether it has proven that it holds the key: such devices shut out those that
    ///     have not
    public Listening listen(PublicKey key, Device device, boolean proven) {
        Seat seat = new Seat(this, key, device, proven);
        listeners.sit(seat);
        return seat;
    }

    void leave(Seat seat) {
        listeners.leave(seat);
    }

    void lost(Seat seat, String id) {
        Outcome gone = new Outcome.Failed(SignFailure.DISCONNECTED);
        decisions.lose(seat, id, gone).ifPresent(this::settle);
    }

    /// A node is gone.
    void lost(Seat node) {
        Outcome gone = new Outcome.Failed(SignFailure.DISCONNECTED);
        decisions.lose(node, gone).ifPresent(each -> threads.execute(() -> settleAlone(each)));
    }

    /// A device of another node that was asked is gone, and what it was asked was withdrawn before
    /// that was known.
    void lost(String id) {
        Outcome gone = new Outcome.Failed(SignFailure.DISCONNECTED);
        decisions.lose(id, gone).ifPresent(each -> threads.execute(() -> settleAlone(each)));
    }

    /// Nobody waits for it.
    private void settleAlone(Decision decision) {
        try {
            var _ = settle(decision);
        } catch (CircleException | IllegalStateException e) {
            LOG.atError().setCause(e).log("the ends of requests were not kept");
        }
    }

    /// A device answers; what has no decision is not for it to answer.
    boolean answer(Seat seat, String id, Outcome outcome) {
        return answered(seat, id, outcome, decide(seat, id, outcome));
    }

    /// Decides what an answer comes to.
    ///
    /// @throws CircleException `INVALID_SIGNATURE` when it does not verify
    Optional<Decision> decide(Seat seat, String id, Outcome outcome) {
        if (outcome instanceof Outcome.Failed) {
            return decisions.fail(seat, id, outcome);
        }
        Pending pending = decisions.shown(seat, id);
        if (pending != null
                && outcome instanceof Outcome.Approved(Signature signature)
                && !pending.request.isSignedBy(signature)) {
            throw new CircleException(
                    ErrorCode.INVALID_SIGNATURE,
                    "Invalid signature: it does not verify under the key, over the request's digest");
        }
        return Optional.ofNullable(pending).flatMap(each -> decisions.decide(each, outcome, seat));
    }

    /// Waits until it is durable what an answer comes to.
    ///
    /// @return whether it has ended the request
    boolean answered(Seat seat, String id, Outcome outcome, Optional<Decision> decision) {
        boolean ended = decision.map(this::settle).orElse(false);
        if (!ended) {
            late(seat, id, outcome.state(), decision.isPresent());
        }
        return ended;
    }

    /// A device of another node has answered what was over.
    void late(Seat node, String id, SignState answer) {
        late(node, id, answer, false);
    }

    /// @param told whether the request's home was told of the answer
    private void late(Seat seat, String id, SignState answer, boolean told) {
        Pending missed = decisions.missed(seat, id);
        if (missed != null && !(told && missed.isGuest())) {
            board.home(missed).late(missed.row, answer);
        }
    }

    /// Ends a request, if nobody else has.
    boolean end(Pending pending, Outcome outcome) {
        return decisions.decide(pending, outcome, null).map(this::settle).orElse(false);
    }

    /// Waits until a decision is durable, and carries it out.
    ///
    /// @return false when the store says that all of it had ended
    private boolean settle(Decision decision) {
        SignEnds ends = awaited(decision);
        for (Decision.Ending ending : decisions.carryOut(decision, ends)) {
            Duration took = Duration.between(ending.pending().request.created(), clock.instant());
            if (!ending.pending().isGuest()) {
                meter.ended(ending.outcome().state(), took);
            }
        }
        ends.asking().ifPresent(askingEnded);
        return !ends.requests().isEmpty();
    }

    private SignEnds awaited(Decision decision) {
        boolean kept = false;
        try {
            SignEnds ends = decision.writing().await();
            kept = true;
            return ends;
        } finally {
            if (!kept) {
                decisions.undo(decision);
            }
        }
    }

    /// Connected devices that are shown requests, at whatever node of the circle.
    public int connected() {
        return listeners.devices();
    }

    /// Keys for which a device of this node listens.
    public int connectedKeys() {
        return listeners.keys().size();
    }

    /// Whether a device listens for a key, at whatever node of the circle.
    public boolean isConnected(PublicKey key) {
        return listeners.isConnected(key);
    }

    /// Requests of this node that are open.
    public int pending() {
        return board.pending();
    }

    /// Cancels what somebody waits for, and takes nothing new. What scripts have asked for stays
    /// open, for when the circle is started again.
    @Override
    public void close() {
        Nodes others = nodes;
        if (others != null) {
            others.close();
        }
        List<Pending> waiting = board.close();
        if (waiting.isEmpty()) {
            return;
        }
        settleAlone(decisions.decideAll(waiting, new Outcome.Cancelled("the circle stopped")));
    }
}
