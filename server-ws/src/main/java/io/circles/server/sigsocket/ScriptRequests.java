package io.circles.server.sigsocket;

import io.circles.script.Effect;
import io.circles.script.EffectText;
import io.circles.script.state.LoggedEffect;
import io.circles.script.state.StateStore;
import io.circles.server.store.AskingRow;
import io.circles.server.store.SignStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a circle's scripts ask to have signed, on its way from the circle's log to the devices: in
/// the order of the commits, each once, also when the server is killed in between.
///
/// One thread at a time works, and only while there is something to do. The number of the last
/// effect that was taken is kept in the same transaction as the requests that it makes; the log
/// forgets it after that.
public final class ScriptRequests implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ScriptRequests.class);

    /// So many effects are read at a time.
    private static final int PAGE = 32;

    /// After how long what failed is tried again.
    private static final long AGAIN_SECONDS = 5;

    private final SigSocket socket;
    private final ScriptAsks asks;
    private final SignStore store;
    private final StateStore log;
    private final SignedRuns runs;
    private final ScheduledExecutorService timer;
    private final AtomicInteger woken = new AtomicInteger();

    private volatile boolean started;

    /// Touched by one thread at a time.
    private long last;

    private ScriptRequests(
            SigSocket socket,
            ScriptAsks asks,
            SignStore store,
            StateStore log,
            SignedRuns runs,
            ScheduledExecutorService timer) {
        this.socket = socket;
        this.asks = asks;
        this.store = store;
        this.log = log;
        this.runs = runs;
        this.timer = timer;
    }

    /// Of a circle that is being started.
    ///
    /// @param store what is kept of its requests
    /// @param log the circle's
    /// @param handler is told of each outcome
    /// @param timer only starts what is due
    public static ScriptRequests of(
            SigSocket socket,
            SignStore store,
            StateStore log,
            SignedHandler handler,
            ScheduledExecutorService timer) {
        SignedRuns runs = new SignedRuns(store, handler, timer);
        socket.onAskingEnded(runs::add);
        return new ScriptRequests(socket, socket.scriptAsks(), store, log, runs, timer);
    }

    /// Goes on where the server was when it ended. Blocks while that is read.
    public void start() throws InterruptedException {
        SignStore.Left left = store.left();
        begin(left.lastEffect());
        socket.endLeft(left.loose());
        left.open().forEach(asking -> open(asking, "", false));
        left.ended().forEach(runs::add);
        started = true;
        wake();
    }

    /// A log that is not as far as what was taken from it is another one: its file was replaced.
    private void begin(long lastEffect) throws InterruptedException {
        long there = log.lastEffect();
        last = lastEffect;
        if (there < lastEffect) {
            LOG.atWarn()
                    .addKeyValue("circle", asks.circle())
                    .addKeyValue("taken", lastEffect)
                    .addKeyValue("last", there)
                    .log("the circle's log begins anew");
            store.dispatched(0);
            last = 0;
        } else if (lastEffect > 0) {
            log.handled(lastEffect);
        }
    }

    /// Runs were committed; returns at once.
    ///
    /// @param effects what they ask of the server
    public void committed(List<LoggedEffect> effects) {
        if (started && effects.stream().anyMatch(EffectText::isAsking)) {
            wake();
        }
    }

    private void wake() {
        if (woken.getAndIncrement() == 0) {
            runs.execute(this::work);
        }
    }

    private void work() {
        int seen;
        do {
            seen = woken.get();
            try {
                dispatchAll();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.atError()
                        .addKeyValue("circle", asks.circle())
                        .setCause(e)
                        .log("requests to sign were not taken from the log yet");
                woken.set(0);
                wakeLater();
                return;
            }
        } while (!woken.compareAndSet(seen, 0));
    }

    private void wakeLater() {
        try {
            var _ = timer.schedule(this::wake, AGAIN_SECONDS, TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            LOG.atDebug().addKeyValue("circle", asks.circle()).log("goes on after the next start");
        }
    }

    private void dispatchAll() throws InterruptedException {
        List<LoggedEffect> page = log.unhandled(last, PAGE);
        while (!page.isEmpty()) {
            dispatch(page);
            log.handled(last);
            page = log.unhandled(last, PAGE);
        }
    }

    /// Requests that follow each other are kept together. What was taken counts as taken when that
    /// is durable, and not before: the rest is taken again.
    private void dispatch(List<LoggedEffect> page) {
        List<LoggedEffect> requests = new ArrayList<>();
        for (LoggedEffect effect : page) {
            Optional<EffectText.Asked> asked = read(effect);
            if (asked.isPresent() && asked.get().effect() instanceof Effect.CancelSign cancel) {
                ask(requests);
                requests.clear();
                socket.withdraw(cancel.id());
            } else if (asked.isPresent()) {
                requests.add(effect);
            }
        }
        ask(requests);
        long upTo = page.getLast().number();
        store.dispatched(upTo);
        last = upTo;
    }

    private void ask(List<LoggedEffect> effects) {
        if (effects.isEmpty()) {
            return;
        }
        List<AskingRow> rows = new ArrayList<>();
        Map<String, String> runIds = new HashMap<>();
        for (LoggedEffect effect : effects) {
            EffectText.Asked asked = read(effect).orElseThrow();
            if (asked.effect() instanceof Effect.Sign sign) {
                rows.add(asks.row(sign.request(), asked.requester(), effect.at()));
                runIds.put(sign.request().id(), effect.runId());
            }
        }
        long upTo = effects.getLast().number();
        List<AskingRow> fresh = store.asked(rows, upTo);
        last = upTo;
        fresh.forEach(row -> open(row, runIds.getOrDefault(row.id(), ""), true));
    }

    /// One that cannot be opened, whatever the reason, keeps no other from it.
    private void open(AskingRow row, String cause, boolean fresh) {
        try {
            socket.open(row, cause, fresh);
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue("circle", asks.circle())
                    .addKeyValue("request", row.id())
                    .setCause(e)
                    .log("a request to sign cannot be opened");
        }
    }

    /// What cannot be read, which no server of this kind wrote, is left out.
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
