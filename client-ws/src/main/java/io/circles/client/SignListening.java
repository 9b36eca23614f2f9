package io.circles.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.RpcMessage;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps a connection listening for what its key is asked to sign, when the session has expired
/// too.
///
/// Concurrency: [#take] is the reading thread's; `renewing` lets it start one renewal at a time.
final class SignListening {
    private static final Logger LOG = LoggerFactory.getLogger(SignListening.class);

    private final SignSession session;
    private final SignDesk desk;
    private final AtomicBoolean renewing = new AtomicBoolean();

    private SignListening(SignSession session, SignDesk desk) {
        this.session = session;
        this.desk = desk;
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
        SignSession session = new SignSession(rpc, signer, settings, login);
        SignCheck check = new SignCheck(login.circle(), session);
        SignDesk desk = new SignDesk(new SignDecider(signer, handler), session, check);
        SignListening listening = new SignListening(session, desk);
        rpc.interceptor(listening::take, listening::lost);
        session.listen();
        return listening;
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
                startRenewal(session.number());
                yield false;
            }
            default -> false;
        };
    }

    private void startRenewal(int expired) {
        if (renewing.compareAndSet(false, true)) {
            Thread.ofVirtual().name("circle sign renewal").start(() -> renew(expired));
        }
    }

    private void renew(int expired) {
        try {
            session.renew(expired);
        } catch (InterruptedException | RuntimeException e) {
            LOG.atError().setCause(e).log("the session has expired and could not be renewed");
        } finally {
            renewing.set(false);
        }
    }

    /// The application logs out: what is open ends, and the session is not renewed any more. Waits
    /// while that is being done.
    void stop() throws InterruptedException {
        session.stop();
        desk.end(new SignOutcome.Failed("the client has logged out"));
    }

    private void lost(LinkEnd how) {
        desk.end(new SignOutcome.Failed(how.description()));
    }
}
