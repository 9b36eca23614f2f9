package io.circles.client;

import io.circles.protocol.crypto.Signature;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the application and has signed what it approves; so many at once, the rest wait in the
/// order in which they came. Thread-safe.
final class SignDecider {
    /// How many requests the application is asked about at once.
    static final int AT_ONCE = 16;

    private static final Logger LOG = LoggerFactory.getLogger(SignDecider.class);

    private final DigestSigner signer;
    private final SignHandler handler;
    private final Semaphore places = new Semaphore(AT_ONCE, true);

    SignDecider(DigestSigner signer, SignHandler handler) {
        this.signer = signer;
        this.handler = handler;
    }

    /// Waits until there is a place; whoever gets it gives it back with [#leave].
    void enter() throws InterruptedException {
        places.acquire();
    }

    /// Gives a place back.
    void leave() {
        places.release();
    }

    /// Has a request decided, and signed if it is approved. Blocks for as long as a person or a
    /// device needs; whatever they throw comes through.
    SignEnding decide(SignRequest request) throws InterruptedException {
        SignDecision decision = handler.decide(request);
        return switch (Objects.requireNonNull(decision, "the handler decided null")) {
            case SignDecision.Approved _ -> new SignEnding.Signed(signature(request));
            case SignDecision.Rejected no -> new SignEnding.Refused(no);
        };
    }

    private Signature signature(SignRequest request) throws InterruptedException {
        Signature signature = signer.signDigest(request.digest());
        if (!signature.verifiesDigest(signer.publicKey(), request.digest())) {
            throw new IllegalStateException(
                    "the signer says its key is %s, but signed with another or something else"
                            .formatted(signer.publicKey()));
        }
        return signature;
    }

    /// Tells the application how a request ended that it was asked about.
    void tell(SignRequest request, SignOutcome outcome) {
        try {
            handler.ended(request, outcome);
        } catch (RuntimeException | Error e) {
            LOG.atError()
                    .addKeyValue("request", request.id())
                    .setCause(e)
                    .log("the handler failed when it was told of a request's end");
        }
    }
}
