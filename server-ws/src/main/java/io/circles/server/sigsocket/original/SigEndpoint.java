package io.circles.server.sigsocket.original;

import io.circles.protocol.crypto.PublicKey;
import io.circles.server.sigsocket.SigSocket;
import io.circles.server.transport.CloseCode;
import io.circles.server.transport.Connection;
import io.circles.server.transport.FrameHandler;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The original signing protocol on one connection: a key introduces itself, and is then asked one
/// thing after the other. An introduction proves nothing, so whoever knows a key can stand in its
/// way here, though not sign for it.
///
/// The protocol has no errors. Whatever is wrong with an answer ends the request that it is for; a
/// frame that is for none closes the connection, with a reason. Confined to the connection's
/// mailbox, but for [#awaitIdle] and [#cancelAll].
public final class SigEndpoint implements FrameHandler {
    /// How long a connection may take to say whose it is.
    private static final long INTRODUCTION_MILLIS = 5_000;

    private final SigSocket socket;
    private final SigFrame form;
    private final Predicate<PublicKey> admitted;
    private final Connection connection;
    private final ScheduledFuture<?> introduction;
    private volatile @Nullable SigTurns turns;

    /// @param form how requests and answers are written
    /// @param admitted the keys that may introduce themselves
    public SigEndpoint(
            SigSocket socket, SigFrame form, Predicate<PublicKey> admitted, Connection connection) {
        this.socket = socket;
        this.form = form;
        this.admitted = admitted;
        this.connection = connection;
        this.introduction = connection.later(this::expectIntroduction, INTRODUCTION_MILLIS);
    }

    private void expectIntroduction() {
        if (turns == null) {
            close("no public key came in time");
        }
    }

    @Override
    public void text(String frame) {
        if (turns == null) {
            introduce(frame);
        } else {
            turns.answer(frame);
        }
    }

    private void introduce(String frame) {
        try {
            PublicKey key = SigFrame.introduction(frame);
            if (admitted.test(key)) {
                introduction.cancel(false);
                turns = new SigTurns(socket, key, form, connection);
            } else {
                close("this key may not listen here");
            }
        } catch (IllegalArgumentException e) {
            close("the first frame must be a public key, in hex or base64");
        }
    }

    @Override
    public void binary() {
        garbage("frames are text here");
    }

    @Override
    public void tooBig(long bytes, long limit) {
        garbage("a frame has at most " + limit + " bytes here");
    }

    private void garbage(String reason) {
        if (turns == null) {
            close(reason);
        } else {
            turns.garbage(reason);
        }
    }

    private void close(String reason) {
        connection.close(CloseCode.POLICY_VIOLATION, reason);
    }

    /// The protocol has no word for it: the device is asked nothing new.
    @Override
    public void drain(long deadlineMillis) {
        if (turns != null) {
            turns.drain();
        }
    }

    @Override
    public void awaitIdle(long deadlineNanos) throws InterruptedException {
        SigTurns introduced = turns;
        if (introduced != null) {
            introduced.awaitIdle(deadlineNanos);
        }
    }

    @Override
    public void cancelAll() {
        SigTurns introduced = turns;
        if (introduced != null) {
            introduced.leave();
        }
    }

    @Override
    public void closed() {
        introduction.cancel(false);
        if (turns != null) {
            turns.closed();
        }
    }
}
