package io.circles.server.mpc.original;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.RelayApi;
import io.circles.server.mpc.Client;
import io.circles.server.mpc.MpcRelay;
import io.circles.server.mpc.Party;
import io.circles.server.mpc.Receiver;
import io.circles.server.mpc.Turn;
import io.circles.server.mpc.TurnsInFlight;
import io.circles.server.transport.CloseCode;
import io.circles.server.transport.Connection;
import io.circles.server.transport.FrameHandler;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The original's protocol on one connection. Confined to the connection's mailbox, but for
/// [#awaitIdle], [#cancelAll], and what the relay calls.
public final class MpcEndpoint implements FrameHandler, Receiver {
    private static final Logger LOG = LoggerFactory.getLogger(MpcEndpoint.class);

    private final MpcRelay relay;
    private final Client client;
    private final Connection connection;
    private final TurnsInFlight turns;
    private @Nullable Party party;
    private boolean draining;

    /// @param client who has connected
    /// @param queued how many requests may wait for their answers
    public MpcEndpoint(MpcRelay relay, Client client, int queued, Connection connection) {
        this.relay = relay;
        this.client = client;
        this.connection = connection;
        this.turns = new TurnsInFlight(queued);
        connection.execute(this::enter);
    }

    /// Before the first frame, so that whoever is back gets what was missed at once.
    private void enter() {
        party = relay.enter(client, this);
    }

    @Override
    public void text(String frame) {
        MpcRequest request;
        try {
            request = MpcRequest.parse(frame);
        } catch (CircleException e) {
            fail(null, e, false);
            return;
        }
        try {
            refuseWhileDraining();
            take(MpcMethods.turn(Objects.requireNonNull(party), request), request);
        } catch (CircleException e) {
            fail(request.id(), e, false);
        }
    }

    private void refuseWhileDraining() {
        if (draining) {
            throw new CircleException(ErrorCode.BUSY, "Busy: the circle is stopping");
        }
    }

    private void take(Turn<?> turn, MpcRequest request) {
        TurnsInFlight.Mark mark = turns.begin(null);
        turn.take(
                this,
                result -> mark.end(() -> succeed(request, result)),
                problem ->
                        mark.end(() -> fail(request.id(), problem, isFullGroup(request, problem))));
    }

    private void succeed(MpcRequest request, Object result) {
        if (request.wantsAnswer()) {
            connection.send(MpcFrames.success(request.id(), result));
        }
    }

    private static boolean isFullGroup(MpcRequest request, Throwable problem) {
        return request.method().equals(MpcMethods.JOIN)
                && problem instanceof CircleException told
                && told.code() == ErrorCode.RELAY_FULL;
    }

    private void fail(@Nullable JsonNode id, Throwable problem, boolean closes) {
        if (!(problem instanceof CircleException)) {
            LOG.atError().setCause(problem).log("a request to the relay failed");
        }
        if (id == null || !id.isMissingNode()) {
            connection.send(MpcFrames.failure(id, problem, closes));
        }
        if (closes) {
            connection.close(CloseCode.POLICY_VIOLATION, "the group is full");
        }
    }

    @Override
    public void event(RelayApi.Event event, Object cause, Runnable left) {
        connection.send(MpcFrames.event(event), left);
    }

    @Override
    public void ping(long mark) {
        connection.ping(mark);
    }

    @Override
    public void displaced() {
        connection.close(CloseCode.POLICY_VIOLATION, "the same client has connected again");
    }

    @Override
    public void pong(long mark) {
        if (party != null) {
            party.pong(mark);
        }
    }

    @Override
    public void binary() {
        fail(
                null,
                new CircleException(
                        ErrorCode.INVALID_REQUEST, "Invalid Request: frames are text here"),
                false);
    }

    @Override
    public void tooBig(long bytes, long limit) {
        fail(
                null,
                new CircleException(
                        ErrorCode.INVALID_REQUEST,
                        "Invalid Request: a frame has at most " + limit + " bytes"),
                false);
    }

    /// The protocol has no word for it.
    @Override
    public void drain(long deadlineMillis) {
        draining = true;
    }

    @Override
    public void awaitIdle(long deadlineNanos) throws InterruptedException {
        turns.awaitIdle(deadlineNanos);
    }

    /// What was taken is done already, and its answer is on its way.
    @Override
    public void cancelAll() {}

    @Override
    public void closed() {
        if (party != null) {
            party.close();
        }
    }
}
