package io.circles.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.RpcMessage;
import io.circles.protocol.crypto.PublicKey;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps a connection listening for what its key is asked to sign: asks the circle for it, and when
/// the session has expired logs in again, to the same circle, and asks once more. What is open goes
/// on meanwhile. When that fails the connection is closed, since nobody would notice a signer that
/// has gone deaf.
///
/// Concurrency: [#take] is the reading thread's; `renewing` lets it start one renewal at a time.
/// `session` is held while one goes on, and guards `stopped`, so that none outlives [#stop].
final class SignListening {
    private static final Logger LOG = LoggerFactory.getLogger(SignListening.class);

    private final RpcLink rpc;
    private final DigestSigner signer;
    private final ClientSettings settings;
    private final PublicKey circle;
    private final SignAnswers answers;
    private final SignDesk desk;
    private final AtomicBoolean renewing = new AtomicBoolean();
    private final ReentrantLock session = new ReentrantLock();
    private boolean stopped;

    private SignListening(
            RpcLink rpc,
            DigestSigner signer,
            SignHandler handler,
            ClientSettings settings,
            LoggedIn login) {
        this.rpc = rpc;
        this.signer = signer;
        this.settings = settings;
        this.circle = login.circle();
        this.answers = new SignAnswers(rpc, settings.requestTimeout());
        this.desk = new SignDesk(new SignDecider(signer, handler), answers, check(login));
    }

    /// Begins to listen; blocks until the circle has agreed.
    ///
    /// @throws CircleException what the circle answered
    /// @throws ClientException when no answer came
    static SignListening start(
            RpcLink rpc,
            DigestSigner signer,
            SignHandler handler,
            ClientSettings settings,
            LoggedIn login)
            throws InterruptedException {
        SignListening listening = new SignListening(rpc, signer, handler, settings, login);
        rpc.interceptor(listening::take, listening::lost);
        listening.answers.listen();
        return listening;
    }

    private static SignCheck check(LoggedIn login) {
        return new SignCheck(login.circle(), login.time());
    }

    /// Takes the notifications that are about signing; the rest is the application's.
    private boolean take(RpcMessage.Notification event, int length) {
        JsonNode params = Objects.requireNonNullElse(event.params(), NullNode.instance);
        return switch (event.method()) {
            case "sign_request" -> {
                desk.requested(params, length);
                yield true;
            }
            case "sign_closed" -> {
                desk.closed(params);
                yield true;
            }
            case "session_expired" -> {
                startRenewal();
                yield false;
            }
            default -> false;
        };
    }

    private void startRenewal() {
        if (renewing.compareAndSet(false, true)) {
            Thread.ofVirtual().name("circle sign renewal").start(this::renew);
        }
    }

    private void renew() {
        session.lock();
        try {
            if (!stopped) {
                desk.checkBy(check(Login.of(rpc, signer, circle, settings).run()));
                answers.listen();
            }
        } catch (InterruptedException | RuntimeException e) {
            LOG.atError().setCause(e).log("the session has expired and could not be renewed");
            rpc.close();
        } finally {
            renewing.set(false);
            session.unlock();
        }
    }

    /// The application logs out: what is open ends, and the session is not renewed any more. Waits
    /// while that is being done.
    void stop() throws InterruptedException {
        session.lockInterruptibly();
        try {
            stopped = true;
            desk.end(new SignOutcome.Failed("the client has logged out"));
        } finally {
            session.unlock();
        }
    }

    private void lost(LinkEnd how) {
        desk.end(new SignOutcome.Failed(how.description()));
    }
}
