package io.circles.server.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.RpcError;
import io.circles.protocol.RpcFrame;
import io.circles.protocol.RpcId;
import io.circles.protocol.RpcMessage.Failure;
import io.circles.protocol.RpcMessage.Notification;
import io.circles.protocol.RpcMessage.Request;
import io.circles.protocol.RpcMessage.Success;
import io.circles.script.Capability;
import io.circles.server.event.PendingReply;
import io.circles.server.event.Subscriptions;
import io.circles.server.mpc.Turn;
import io.circles.server.mpc.TurnsInFlight;
import io.circles.server.session.Identity;
import io.circles.server.session.Session;
import io.circles.server.transport.CloseCode;
import io.circles.server.transport.Connection;
import io.circles.server.transport.FrameHandler;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// JSON-RPC 2.0 on one connection: from a frame to the answers of its requests.
///
/// Every request is read, looked up, checked for access and decoded before any of its method's code
/// runs. Confined to the connection's mailbox, but for [#awaitIdle] and the answers, which come
/// from the threads of their requests.
public final class RpcEndpoint implements FrameHandler {
    private final MethodRegistry methods;
    private final Session session;
    private final RpcLimits limits;
    private final Connection connection;
    private final Subscriptions subscriptions;
    private final ConnectionDevice device;
    private final ConnectionRelay relay;
    private final RequestMeter meter;
    private final Requests requests;
    private final TurnsInFlight turns;
    private final SessionExpiry sessionExpiry;
    private final AtomicLong unsentBatches = new AtomicLong();
    private boolean draining;

    /// @param methods what can be called
    /// @param session who calls
    /// @param connection where the answers go
    /// @param meter counts the answers
    /// @param subscriptions those of the connection, which end when the session may not read
    /// @param device listens for requests to the session's key, as long as that is proven
    /// @param relay takes part in the relay for the session's key, as long as that may
    public RpcEndpoint(
            MethodRegistry methods,
            Session session,
            RpcLimits limits,
            Connection connection,
            Subscriptions subscriptions,
            ConnectionDevice device,
            ConnectionRelay relay,
            RequestMeter meter) {
        this.methods = methods;
        this.session = session;
        this.limits = limits;
        this.connection = connection;
        this.subscriptions = subscriptions;
        this.device = device;
        this.relay = relay;
        this.meter = meter;
        this.requests = new Requests(connection::beside, limits);
        this.turns = new TurnsInFlight(limits.queued());
        this.sessionExpiry = new SessionExpiry(session, connection, this::checkRights);
    }

    @Override
    public void text(String frame) {
        RpcFrame parsed;
        try {
            parsed = RpcFrame.parse(frame, limits.batch());
        } catch (CircleException e) {
            refuse(e);
            return;
        }
        Answers answers = answers(parsed);
        long share = frame.length() / parsed.items().size() + 1L;
        parsed.items().forEach(item -> take(item, share, answers));
        sessionExpiry.watch();
        if (session.exhausted()) {
            connection.close(CloseCode.POLICY_VIOLATION, "too many failed authentications");
        }
    }

    private Answers answers(RpcFrame frame) {
        if (!frame.batch()) {
            return Answers.single(connection::send, limits.response());
        }
        long expected = frame.items().stream().filter(i -> !(i instanceof Notification)).count();
        return new Answers.Batch(
                (int) expected, limits.batchResponse(), unsentBatches, connection::send);
    }

    private void take(RpcFrame.Item item, long bytes, Answers answers) {
        switch (item) {
            case Request m -> call(m.id(), m.method(), m.params(), bytes, answers);
            case Notification m -> call(null, m.method(), m.params(), bytes, answers);
            case RpcFrame.Malformed m -> refuse(answers, m.id(), m.problem().error());
            case Success _, Failure _ -> refuse(answers, RpcId.NULL, unasked());
        }
    }

    private static void refuse(Answers answers, RpcId id, RpcError problem) {
        answers.answer(new Failure(id, problem), () -> {});
    }

    private static RpcError unasked() {
        return new CircleException(
                        ErrorCode.INVALID_REQUEST,
                        "Invalid Request: this server sends no requests, so it takes no responses")
                .error();
    }

    private void call(
            @Nullable RpcId id,
            String name,
            @Nullable JsonNode params,
            long bytes,
            Answers answers) {
        PendingReply reply = subscriptions.reply();
        RunningRequest.Answer answer = new RequestAnswer(id, name, answers, reply, counted(name));
        try {
            refuseDoubled(id);
            refuseExhausted();
            refuseWhileDraining();
            RpcMethod<?> method = find(name);
            Identity identity = session.identity();
            method.needs().ifPresent(needed -> session.require(identity, needed));
            Call call = new Call(session, identity, requests, subscriptions, device, relay, reply);
            run(method, answer, call, params, bytes);
        } catch (CircleException e) {
            answer.failure(e);
        }
    }

    /// What clients choose to call is no label of ours.
    private Consumer<String> counted(String name) {
        String method = methods.find(name).isPresent() ? name : RequestMeter.UNKNOWN;
        return outcome -> meter.answered(method, outcome);
    }

    private void run(
            RpcMethod<?> method,
            RunningRequest.Answer answer,
            Call call,
            @Nullable JsonNode params,
            long bytes) {
        switch (method.ordering()) {
            case Ordering.InOrder _ -> {
                Callable<JsonNode> work = method.prepare(call, params);
                Runnable send = new RunningRequest(answer, work, bytes).work();
                checkRights();
                send.run();
            }
            case Ordering.Concurrent c ->
                    requests.submit(c, answer, method.prepare(call, params), bytes);
            case Ordering.Exclusive _ -> take(method.turn(call, params), answer, call.reply());
        }
    }

    private void take(Turn<?> turn, RunningRequest.Answer answer, PendingReply reply) {
        TurnsInFlight.Mark mark = turns.begin(answer.id());
        reply.goesBeforeEventsOf(reply);
        turn.take(
                reply,
                result -> mark.end(() -> succeed(answer, Json.unwritten(result))),
                problem -> mark.end(() -> answer.failure(problem)));
    }

    private static void succeed(RunningRequest.Answer answer, JsonNode result) {
        try {
            answer.success(result);
        } catch (RuntimeException e) {
            answer.failure(e);
        }
    }

    /// Events are for those who may read, requests to sign for those who have proven the key, and
    /// what happens in the relay for those who may take part in it: nobody else gets one, not even
    /// after the answer to what took that right away.
    private void checkRights() {
        device.keepOnlyFor(
                session.identity() instanceof Identity.Proven proven ? proven.key() : null);
        relay.keepOnlyFor(
                session.identity() instanceof Identity.Proven proven && may(Capability.RELAY)
                        ? proven.key()
                        : null);
        if (!may(Capability.READ)) {
            subscriptions.closeAll();
        }
    }

    private boolean may(Capability needed) {
        return session.capabilities(session.identity()).contains(needed);
    }

    private void refuseDoubled(@Nullable RpcId id) {
        if (id != null && !id.equals(RpcId.NULL) && (requests.inFlight(id) || turns.inFlight(id))) {
            throw new CircleException(
                    ErrorCode.INVALID_REQUEST,
                    "Invalid Request: a request with this id is still in flight");
        }
    }

    private void refuseExhausted() {
        if (session.exhausted()) {
            throw new CircleException(
                    ErrorCode.INVALID_CREDENTIALS,
                    "Invalid Credentials: too many failed authentications");
        }
    }

    private void refuseWhileDraining() {
        if (draining) {
            throw new CircleException(ErrorCode.BUSY, "Busy: the circle is stopping");
        }
    }

    private RpcMethod<?> find(String name) {
        return methods.find(name)
                .orElseThrow(
                        () ->
                                new CircleException(
                                        ErrorCode.METHOD_NOT_FOUND,
                                        "Method not found; rpc.discover lists them"));
    }

    @Override
    public void binary() {
        refuse(
                new CircleException(
                        ErrorCode.INVALID_REQUEST,
                        "Invalid Request: send JSON in text frames; binary frames are not read"));
    }

    @Override
    public void tooBig(long bytes, long limit) {
        refuse(
                CircleException.limit(
                        ErrorCode.REQUEST_TOO_BIG,
                        "Request too big: at most " + limit + " bytes in a frame",
                        limit,
                        bytes));
    }

    private void refuse(CircleException problem) {
        connection.send(new Failure(RpcId.NULL, problem.error()).encode());
    }

    @Override
    public void pong(long mark) {
        relay.pong(mark);
    }

    @Override
    public void drain(long deadlineMillis) {
        draining = true;
        connection.send(new CircleApi.ServerDraining(deadlineMillis).notification().encode());
    }

    @Override
    public void awaitIdle(long deadlineNanos) throws InterruptedException {
        requests.awaitIdle(deadlineNanos);
        turns.awaitIdle(deadlineNanos);
    }

    @Override
    public void cancelAll() {
        requests.close();
    }

    @Override
    public void closed() {
        subscriptions.closeAll();
        device.close();
        relay.close();
        sessionExpiry.forget();
        requests.close();
    }
}
