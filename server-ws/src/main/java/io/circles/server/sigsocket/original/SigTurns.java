package io.circles.server.sigsocket.original;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.crypto.PublicKey;
import io.circles.server.sigsocket.Device;
import io.circles.server.sigsocket.Listening;
import io.circles.server.sigsocket.SigSocket;
import io.circles.server.sigsocket.SignFailure;
import io.circles.server.sigsocket.SignRequest;
import io.circles.server.sigsocket.SignState;
import io.circles.server.transport.CloseCode;
import io.circles.server.transport.Connection;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What one device of the original protocol is asked: one request at a time, the next when that has
/// ended. Confined to the connection's mailbox, but for the [Device]'s calls, [#awaitIdle] and
/// [#leave].
///
/// The plain form has no ids: an answer is known by the message that it echoes. One that comes
/// after its request has ended is audited as late, and never counts for another request. When that
/// other one has the very same message, nobody can tell which of the two was answered: the answer
/// counts as the late one, and the device is asked once more.
final class SigTurns implements Device {
    private final SigFrame form;
    private final Connection connection;
    private final LateAnswers late = new LateAnswers();
    private final Queue<Turn> waiting = new ArrayDeque<>();
    private @Nullable Turn current;
    private boolean draining;

    /// Taken while a request is outstanding.
    private final Semaphore idle = new Semaphore(1);

    private final Listening listening;

    /// A request and how often the device was asked it.
    private static final class Turn {
        final SignRequest request;
        final boolean ofScript;
        int asked;

        Turn(SignRequest request, boolean ofScript) {
            this.request = request;
            this.ofScript = ofScript;
        }
    }

    /// A device that listens from now on.
    SigTurns(SigSocket socket, PublicKey key, SigFrame form, Connection connection) {
        this.form = form;
        this.connection = connection;
        this.listening = socket.listen(key, this, false);
    }

    @Override
    public void requested(SignRequest request, String cause) {
        connection.execute(
                () -> {
                    waiting.add(new Turn(request, !cause.isEmpty()));
                    next();
                });
    }

    @Override
    public void closed(SignRequest request, SignState state) {
        connection.execute(
                () -> {
                    waiting.removeIf(turn -> turn.request.id().equals(request.id()));
                    Turn turn = current;
                    if (turn != null && turn.request.id().equals(request.id())) {
                        end(turn, turn.asked);
                        next();
                    }
                });
    }

    private void next() {
        Turn turn = current == null && !draining ? waiting.poll() : null;
        if (turn != null) {
            var _ = idle.tryAcquire();
            late.forget(turn.request.id());
            current = turn;
            ask(turn);
        }
    }

    private void ask(Turn turn) {
        turn.asked++;
        connection.send(form.request(turn.request.id(), turn.request.message().bytes()));
    }

    /// @param unanswered how many answers may still come
    private void end(Turn turn, int unanswered) {
        for (int i = 0; i < unanswered; i++) {
            late.expect(turn.request);
        }
        current = null;
        idle.release();
    }

    /// Takes a frame of the device.
    void answer(String frame) {
        SigFrame.Answer answer;
        try {
            answer = form.answer(frame);
        } catch (IllegalArgumentException e) {
            garbage("this is no answer");
            return;
        }
        Turn turn = current;
        @Nullable String missed = late.take(answer);
        if (missed != null) {
            listening.respond(missed, answer.signature());
            if (turn != null && answer.isFor(turn.request)) {
                ask(turn);
            }
        } else if (turn == null || (answer.id().isPresent() && !answer.isFor(turn.request))) {
            close("this answers nothing that was asked");
        } else if (answer.echoes(turn.request)) {
            respond(turn, answer);
        } else {
            fail(turn, SignFailure.OTHER_MESSAGE);
        }
    }

    private void respond(Turn turn, SigFrame.Answer answer) {
        try {
            listening.respond(turn.request.id(), answer.signature());
        } catch (CircleException e) {
            if (e.code() != ErrorCode.INVALID_SIGNATURE) {
                throw e;
            }
            listening.failed(turn.request.id(), SignFailure.WRONG_SIGNATURE);
        } finally {
            end(turn, turn.asked - 1);
            next();
        }
    }

    private void fail(Turn turn, SignFailure why) {
        try {
            listening.failed(turn.request.id(), why);
        } finally {
            end(turn, turn.asked - 1);
            next();
        }
    }

    /// Takes a frame that cannot be read.
    void garbage(String reason) {
        Turn turn = current;
        if (turn == null) {
            close(reason);
        } else {
            fail(turn, SignFailure.MALFORMED_ANSWER);
        }
    }

    private void close(String reason) {
        connection.close(CloseCode.POLICY_VIOLATION, reason);
    }

    /// Asks nothing new.
    void drain() {
        draining = true;
    }

    /// Waits until nothing is outstanding. Any thread.
    void awaitIdle(long deadlineNanos) throws InterruptedException {
        if (idle.tryAcquire(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            idle.release();
        }
    }

    /// Listens no longer. Any thread.
    void leave() {
        listening.close();
    }

    /// The connection is gone. Whoever waits for what only it was asked is told so; what a script
    /// has asked waits for the next device.
    void closed() {
        Turn turn = current;
        try {
            if (turn != null && !turn.ofScript && listening.isAlone()) {
                listening.failed(turn.request.id(), SignFailure.DISCONNECTED);
            }
        } finally {
            listening.close();
        }
    }
}
