package io.circles.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.client.PendingCalls.Call;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.RpcFrame;
import io.circles.protocol.RpcId;
import io.circles.protocol.RpcMessage;
import io.circles.protocol.Utf8;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// JSON-RPC over one connection: requests out and answers in, matched by id; notifications to the
/// listener.
///
/// What makes no sense (text that is no message, an answer nobody waits for, a batch, a request)
/// is logged without its content and otherwise ignored, since the next message may be good. A
/// hundred of them in a row close the connection with 1002: such an end does not speak this
/// protocol.
///
/// Concurrency: [#call] by any thread; it blocks its caller only. Messages arrive on the link's
/// reading thread, to which `nonsense` is confined; it waits for nobody, so a slow listener cannot
/// delay an answer.
final class RpcLink {
    /// After so many senseless messages in a row the connection is closed.
    static final int MAX_NONSENSE = 100;

    /// Sees every notification before the listeners do.
    interface Interceptor {
        /// Called on the reading thread; must neither block nor throw.
        ///
        /// @param length of the message in characters
        /// @return whether nobody else is to get it
        boolean take(RpcMessage.Notification event, int length);
    }

    private static final Logger LOG = LoggerFactory.getLogger(RpcLink.class);

    private final PendingCalls calls = new PendingCalls();
    private final ListenerQueue<RpcMessage.Notification, Long> events;
    private final EventListeners listeners = new EventListeners();
    private final WebSocketLink link;
    private final List<Interceptor> interceptors = new CopyOnWriteArrayList<>();
    private int nonsense;
    private volatile boolean draining;

    private RpcLink(
            TransportSettings settings,
            Dialed socket,
            ListenerQueue<RpcMessage.Notification, Long> events)
            throws IOException {
        this.events = events;
        this.link = new WebSocketLink(socket, settings, this::receive, calls::end);
    }

    /// Dials and upgrades. Blocks until that is done, and can be interrupted.
    ///
    /// @param events takes the notifications that are nobody else's
    /// @throws DialException when it failed; then nothing is left open
    static RpcLink open(
            Endpoint endpoint,
            TransportSettings settings,
            ListenerQueue<RpcMessage.Notification, Long> events)
            throws InterruptedException {
        Deadline deadline = Deadline.after(settings.connectTimeout());
        try {
            Dialed socket = Dialed.dial(endpoint, settings, deadline);
            RpcLink rpc = new RpcLink(settings, socket, events);
            rpc.link.open(endpoint, settings.headers(), deadline);
            return rpc;
        } catch (IOException e) {
            throw DialException.of(endpoint, e);
        } catch (ExecutionException e) {
            throw DialException.of(endpoint, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw DialException.late(endpoint, settings.connectTimeout());
        }
    }

    /// Sends a request and waits for its answer. When the caller no longer waits, because of the
    /// timeout or an interrupt, the circle is told to cancel it.
    ///
    /// @param params an object or an array; null for none
    /// @throws CircleException what the circle answered; or, without asking it, that the request is
    ///     too big for it, or that too many requests wait already
    /// @throws ClientException when no answer came
    JsonNode call(String method, @Nullable JsonNode params, Duration timeout)
            throws InterruptedException {
        return call(method, params, timeout, result -> {});
    }

    /// The same, with something to be done before the next message is read.
    ///
    /// @param first gets the result on the reading thread; must neither block nor throw
    JsonNode call(
            String method, @Nullable JsonNode params, Duration timeout, Consumer<JsonNode> first)
            throws InterruptedException {
        Deadline deadline = Deadline.after(timeout);
        Call call =
                calls.add(
                        outcome -> {
                            if (outcome instanceof Outcome.Answered(JsonNode result)) {
                                first.accept(result);
                            }
                        });
        try {
            String text = new RpcMessage.Request(call.id(), method, params).encode();
            refuseWhatIsTooBig(text);
            // not sent: too late, or the link has ended, which gives the call its outcome
            return link.send(text, deadline)
                    ? awaitOrCancel(call, method, timeout, deadline)
                    : await(call, method, timeout, deadline, false);
        } finally {
            calls.remove(call);
        }
    }

    /// The circle's answer would name no request, and with twice as much there would be none.
    private void refuseWhatIsTooBig(String text) {
        long limit = link.mostBytes();
        if (!Utf8.fits(text, limit) && Utf8.length(text) > limit) {
            long used = Utf8.length(text);
            throw CircleException.limit(
                    ErrorCode.REQUEST_TOO_BIG,
                    "Request too big: the circle takes at most %d bytes, this has %d"
                            .formatted(limit, used),
                    limit,
                    used);
        }
    }

    private JsonNode awaitOrCancel(Call call, String method, Duration timeout, Deadline deadline)
            throws InterruptedException {
        try {
            return await(call, method, timeout, deadline, true);
        } catch (InterruptedException | RequestTimeoutException e) {
            cancel(call.id());
            throw e;
        }
    }

    private static JsonNode await(
            Call call, String method, Duration timeout, Deadline deadline, boolean sent)
            throws InterruptedException {
        try {
            return switch (call.outcome().get(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
                case Outcome.Answered(JsonNode result) -> result;
                case Outcome.Failed(var error) -> throw new CircleException(error);
                case Outcome.Lost(LinkEnd end) -> throw new ConnectionLostException(end, sent);
            };
        } catch (TimeoutException e) {
            throw new RequestTimeoutException(method, timeout);
        } catch (ExecutionException e) {
            throw new IllegalStateException("an outcome is never exceptional", e);
        }
    }

    /// Sends a request whose result nobody waits for, if that needs no waiting.
    ///
    /// @param then gets the result on the reading thread; must neither block nor throw
    void ask(String method, Consumer<JsonNode> then) {
        try {
            Call call =
                    calls.addFreed(
                            outcome -> {
                                if (outcome instanceof Outcome.Answered(JsonNode result)) {
                                    then.accept(result);
                                }
                            });
            link.offer(new RpcMessage.Request(call.id(), method, null).encode());
        } catch (CircleException e) {
            LOG.atDebug().setCause(e).log("something was not asked: too many requests wait");
        }
    }

    /// As a notification: the request itself has an answer, and one is enough.
    private void cancel(RpcId id) {
        JsonNode params = Json.object().put("id", Long.parseLong(id.json()));
        link.offer(new RpcMessage.Notification("cancel", params).encode());
    }

    /// Closes the connection and waits for it, briefly. What waits for an answer is lost at once,
    /// whatever the circle may still say of it.
    void close() {
        calls.end(new LinkEnd(LinkEnd.NORMAL, "", false, null));
        link.close();
    }

    /// Ends the connection at once, as one that is of no use.
    void drop(String reason, Throwable cause) {
        link.abort(reason, cause);
    }

    /// Has something done by the reading thread after some time, see [Pulse#wake].
    void wake(Duration after, Runnable what) {
        link.pulse().wake(after, what);
    }

    /// Whether it is worth while to send a request: the circle is not about to stop, and the
    /// connection has not ended.
    boolean takesRequests() {
        return !draining && !ended();
    }

    /// Whether the connection has ended, or is about to.
    boolean ended() {
        return calls.ended();
    }

    /// Whether the circle has said that it stops.
    boolean draining() {
        return draining;
    }

    /// From now on notifications go through an interceptor too, after those that are there
    /// already.
    void intercept(Interceptor interceptor) {
        interceptors.add(interceptor);
    }

    /// Has something done when it is known how the link ends, at once if that is so already.
    ///
    /// @param then must neither block nor throw
    void atEnd(Consumer<LinkEnd> then) {
        calls.atEnd(then);
    }

    /// Who listens to which subscription.
    EventListeners listeners() {
        return listeners;
    }

    private void receive(String text) {
        RpcFrame frame;
        try {
            frame = RpcFrame.parse(text, 1);
        } catch (CircleException e) {
            ignore("text that is no message");
            return;
        }
        if (frame.batch()) {
            ignore("a batch");
            return;
        }
        switch (frame.items().getFirst()) {
            case RpcMessage.Success answer ->
                    answer(answer.id(), new Outcome.Answered(answer.result()));
            case RpcMessage.Failure answer ->
                    answer(answer.id(), new Outcome.Failed(answer.error()));
            case RpcMessage.Notification event -> event(event, text.length());
            case RpcMessage.Request request -> ignore("a request");
            case RpcFrame.Malformed malformed -> ignore("JSON that is no message");
        }
    }

    private void answer(RpcId id, Outcome outcome) {
        if (calls.complete(id, outcome)) {
            nonsense = 0;
        } else if (calls.knows(id)) {
            LOG.atDebug()
                    .addKeyValue("id", id)
                    .log("an answer came that nobody waits for any more");
        } else {
            ignore("an answer to nothing that was asked");
        }
    }

    private void event(RpcMessage.Notification event, int length) {
        nonsense = 0;
        for (Interceptor interceptor : interceptors) {
            if (interceptor.take(event, length)) {
                return;
            }
        }
        if (event.method().equals("server_draining")) {
            draining = true;
        }
        if (!listeners.take(event, length)) {
            events.offer(event, length, 1L);
        }
    }

    private void ignore(String what) {
        LOG.atWarn().addKeyValue("what", what).log("the circle sent something senseless");
        nonsense++;
        if (nonsense == MAX_NONSENSE) {
            link.startClose(LinkEnd.PROTOCOL_ERROR, MAX_NONSENSE + " senseless messages in a row");
        }
    }
}
