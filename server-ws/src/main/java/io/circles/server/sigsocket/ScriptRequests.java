package io.circles.server.sigsocket;

import io.circles.script.Effect;
import io.circles.script.EffectText;
import io.circles.script.SignatureRequest;
import io.circles.script.state.LoggedEffect;
import io.circles.script.state.StateStore;
import io.circles.server.pace.Chore;
import io.circles.server.pace.HandlerRuns;
import io.circles.server.store.AskingRow;
import io.circles.server.store.SignStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a circle's scripts ask to have signed, on its way from the circle's log to the devices: in
/// the order of the commits, each once, also when the server is killed in between.
///
/// One thread at a time works, and only while there is something to do. The number of the last
/// effect that was taken is kept in the same transaction as the requests that it makes; the log
/// forgets it after that.
///
/// Of several servers that share the log each request is one's, its home, which has taken it in the
/// log before it keeps it: the one that has committed it, or another that was told that this one is
/// gone. What is withdrawn its home has to do, and stays in the log until that has seen it.
public final class ScriptRequests implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ScriptRequests.class);

    /// So many effects are read at a time.
    private static final int PAGE = 32;

    private final SigSocket socket;
    private final ScriptAsks asks;
    private final SignStore store;
    private final StateStore log;
    private final HandlerRuns runs;
    private final InstantSource clock;
    private final Chore chore;

    private volatile boolean started;

    /// How often it was not known whether something was committed.
    private final AtomicLong doubts = new AtomicLong();

    /// What follows is touched by one thread at a time. Up to the last one effects were looked at,
    /// and up to what was taken before the start all were taken.
    private long last;

    private long takenBefore;
    private long clearedUp;
    private final Elsewhere elsewhere;

    private ScriptRequests(
            SigSocket socket,
            ScriptAsks asks,
            SignStore store,
            StateStore log,
            HandlerRuns runs,
            ScheduledExecutorService timer,
            InstantSource clock) {
        this.socket = socket;
        this.asks = asks;
        this.store = store;
        this.log = log;
        this.runs = runs;
        this.clock = clock;
        this.elsewhere = new Elsewhere(asks.longest());
        this.chore = new Chore("requests to sign", this::dispatchAll, runs.threads(), timer);
    }

    /// Of a circle that is being started.
    ///
    /// @param store what is kept of its requests
    /// @param log the circle's
    /// @param handler is told of each outcome
    /// @param timer only starts what is due
    /// @param clock says when what is refused has ended
    public static ScriptRequests of(
            SigSocket socket,
            SignStore store,
            StateStore log,
            SignedHandler handler,
            ScheduledExecutorService timer,
            InstantSource clock) {
        HandlerRuns runs =
                new HandlerRuns(
                        socket.scriptAsks().circle().toString(),
                        "request",
                        new SignedBacklog(store, handler),
                        SignedBacklog.RETRIES,
                        SignedBacklog.AT_ONCE,
                        timer);
        socket.onAskingEnded(_ -> runs.wake());
        return new ScriptRequests(socket, socket.scriptAsks(), store, log, runs, timer, clock);
    }

    /// Goes on where the server was when it ended. Blocks while that is read.
    public void start() throws InterruptedException {
        SignStore.Left left = store.left();
        begin(left.lastEffect());
        socket.endLeft(left.loose());
        left.open().forEach(this::openAgain);
        store.allDue();
        started = true;
        runs.wake();
        chore.wake();
    }

    /// A log that is not as far as what was taken from it is another one: its file was replaced.
    private void begin(long lastEffect) throws InterruptedException {
        long there = log.lastEffect();
        takenBefore = lastEffect;
        if (there < lastEffect) {
            LOG.atWarn()
                    .addKeyValue("circle", asks.circle())
                    .addKeyValue("taken", lastEffect)
                    .addKeyValue("last", there)
                    .log("the circle's log begins anew");
            store.dispatched(0);
            takenBefore = 0;
        }
    }

    /// Runs were committed; returns at once.
    ///
    /// @param effects what they ask of the server; none when nobody knows whether they were
    public void committed(List<LoggedEffect> effects) {
        if (effects.isEmpty()) {
            doubts.incrementAndGet();
        }
        if (effects.isEmpty() || effects.stream().anyMatch(EffectText::isAsking)) {
            look();
        }
    }

    /// There may be something in the log that nobody does; returns at once.
    public void look() {
        if (started) {
            chore.wake();
        }
    }

    private void dispatchAll() throws InterruptedException {
        List<LoggedEffect> page = next();
        while (!page.isEmpty()) {
            log.handled(dispatch(page));
            page = next();
        }
        log.handled(elsewhere.takeOld(clock.instant()));
    }

    /// To take something from a log that is shared waits for all others that write there, so it is
    /// looked at first, unless what is looked for may still be on its way.
    private List<LoggedEffect> next() throws InterruptedException {
        if (!log.isShared()) {
            return log.unhandled(last, PAGE);
        }
        long seen = doubts.get();
        if (clearedUp == seen && log.unhandled(last, 1).isEmpty()) {
            return List.of();
        }
        List<LoggedEffect> page = log.take(store.taker(), EffectText.SIGN, last, PAGE);
        clearedUp = seen;
        return page;
    }

    /// Requests that follow each other are kept together. What was taken counts as taken when that
    /// is durable, and not before: the rest is taken again. What cannot be read another server may
    /// know that shares the log, and it stays there for a while.
    ///
    /// @return numbers of those that the log need not keep any longer
    private List<Long> dispatch(List<LoggedEffect> page) {
        List<LoggedEffect> requests = new ArrayList<>();
        List<Long> handled = new ArrayList<>();
        for (LoggedEffect effect : page) {
            Optional<EffectText.Asked> asked = read(effect);
            boolean done = asked.isPresent() || !log.isShared();
            if (!done) {
                elsewhere.add(effect);
            }
            if (asked.isPresent() && asked.get().effect() instanceof Effect.CancelSign cancel) {
                ask(requests);
                requests.clear();
                done = withdraw(effect, cancel.id());
            } else if (asked.isPresent() && effect.number() > takenBefore) {
                requests.add(effect);
            }
            if (done) {
                handled.add(effect.number());
            }
        }
        ask(requests);
        long upTo = page.getLast().number();
        store.dispatched(Math.max(upTo, takenBefore));
        last = upTo;
        return handled;
    }

    /// @return false when it is for another server, which may be away
    private boolean withdraw(LoggedEffect effect, String asking) {
        boolean mine = !log.isShared() || store.has(asking);
        if (mine) {
            socket.withdraw(asking);
        } else {
            elsewhere.add(effect);
            socket.look();
        }
        return mine;
    }

    private void ask(List<LoggedEffect> effects) {
        if (effects.isEmpty()) {
            return;
        }
        List<Admitted> admitted = new ArrayList<>();
        for (LoggedEffect effect : effects) {
            admit(effect).ifPresent(admitted::add);
        }
        long upTo = effects.getLast().number();
        Set<String> fresh = keep(admitted, upTo);
        last = upTo;
        for (Admitted each : admitted) {
            if (fresh.contains(each.row().id())) {
                open(each);
            } else {
                socket.admission().drop(each);
            }
        }
    }

    /// Decides on a request; one that is open, and so is kept already, is not made again.
    private Optional<Admitted> admit(LoggedEffect effect) {
        EffectText.Asked asked = read(effect).orElseThrow();
        if (!(asked.effect() instanceof Effect.Sign(SignatureRequest request))
                || socket.isOpen(request.id())) {
            return Optional.empty();
        }
        try {
            AskingRow row = asks.row(request, asked.requester(), effect.at());
            return Optional.of(socket.admission().fresh(row, effect.runId(), clock.instant()));
        } catch (RuntimeException e) {
            unreadable(request.id(), e);
            return Optional.empty();
        }
    }

    private Set<String> keep(List<Admitted> admitted, long upTo) {
        boolean kept = false;
        try {
            Set<String> fresh = store.asked(admitted.stream().map(Admitted::row).toList(), upTo);
            kept = true;
            return fresh;
        } finally {
            if (!kept) {
                admitted.forEach(socket.admission()::drop);
            }
        }
    }

    /// One that cannot be opened, whatever the reason, keeps no other from it.
    private void open(Admitted admitted) {
        try {
            socket.open(admitted);
        } catch (RuntimeException e) {
            unreadable(admitted.row().id(), e);
        }
    }

    /// As the server was ended.
    private void openAgain(AskingRow row) {
        try {
            socket.open(socket.admission().again(row));
        } catch (RuntimeException e) {
            unreadable(row.id(), e);
        }
    }

    private void unreadable(String asking, RuntimeException why) {
        LOG.atError()
                .addKeyValue("circle", asks.circle())
                .addKeyValue("request", asking)
                .setCause(why)
                .log("a request to sign cannot be opened");
    }

    /// What cannot be read, which no server of this version wrote, is left out.
    private Optional<EffectText.Asked> read(LoggedEffect effect) {
        try {
            return EffectText.asked(effect);
        } catch (IllegalStateException e) {
            LOG.atError()
                    .addKeyValue("circle", asks.circle())
                    .addKeyValue("effect", effect.number())
                    .setCause(e)
                    .log("a request to sign cannot be read");
            return Optional.empty();
        }
    }

    /// Stops, and waits a moment for what is being done; the rest is done after the next start.
    @Override
    public void close() {
        runs.close();
    }
}
