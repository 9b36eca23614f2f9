package io.circles.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.crypto.Signature;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One request to sign, from its arrival to its end.
///
/// Concurrency: one virtual thread runs [#settle] and with it the request's life. It starts a
/// second one that asks the application, which may take as long as a person does. That one, the
/// reading thread that hears of the request's end, and whoever ends the connection meet in
/// `ending`: the first to complete it decides. `begun` belongs to whichever of the two threads
/// sets it first, so that the application is told the end of exactly what it was asked.
final class OpenSignRequest {
    private static final Logger LOG = LoggerFactory.getLogger(OpenSignRequest.class);

    private final String id;
    private final JsonNode params;
    private final SignSession session;
    private final CompletableFuture<SignEnding> ending = new CompletableFuture<>();
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile @Nullable String closedAs;

    OpenSignRequest(String id, JsonNode params, SignSession session) {
        this.id = id;
        this.params = params;
        this.session = session;
    }

    /// The circle says that it has ended, and how.
    void closed(String state) {
        closedAs = state;
        end(new SignOutcome.Closed(state));
    }

    /// Nothing is to be answered any more, unless it is decided already.
    void end(SignOutcome outcome) {
        ending.complete(new SignEnding.Over(outcome));
    }

    /// Has the request checked, decided and answered. Blocks until it has ended.
    void settle(SignCheck check, SignDecider decider) throws InterruptedException {
        SignRequest request;
        try {
            request = check.check(params);
        } catch (IllegalArgumentException e) {
            LOG.atWarn()
                    .addKeyValue("request", id)
                    .addKeyValue("reason", e.getMessage())
                    .log("a request to sign was rejected unseen");
            say(SignEnding.Refused.because(String.valueOf(e.getMessage())));
            return;
        }
        Thread asking =
                Thread.ofVirtual().name("circle sign handler").start(() -> ask(request, decider));
        SignEnding how = await(check.nanosLeft(request.expiresAt()));
        asking.interrupt();
        SignOutcome outcome = say(how);
        if (!begun.compareAndSet(false, true)) {
            decider.tell(request, outcome);
        }
    }

    private void ask(SignRequest request, SignDecider decider) {
        try {
            decider.enter();
        } catch (InterruptedException e) {
            return; // it has ended while it waited
        }
        try {
            if (!ending.isDone() && begun.compareAndSet(false, true)) {
                ending.complete(decider.decide(request));
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            failed(e);
        } finally {
            decider.leave();
        }
    }

    /// What an interrupt makes of a request that has ended is no failure.
    private void failed(Throwable e) {
        if (ending.complete(SignEnding.Refused.because("the signer failed"))) {
            LOG.atError()
                    .addKeyValue("request", id)
                    .setCause(e)
                    .log("a request to sign was not decided");
        }
    }

    private SignEnding await(long nanos) throws InterruptedException {
        try {
            return ending.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            end(new SignOutcome.Closed("expired"));
            return ending.join();
        } catch (ExecutionException e) {
            throw new IllegalStateException("an ending is never exceptional", e);
        }
    }

    private SignOutcome say(SignEnding how) throws InterruptedException {
        try {
            return switch (how) {
                case SignEnding.Signed(Signature signature) ->
                        outcome(session.respond(id, signature), SignDecision.approve());
                case SignEnding.Refused(SignDecision.Rejected no) ->
                        outcome(session.reject(id, no.reason()), no);
                case SignEnding.Over(SignOutcome outcome) -> outcome;
            };
        } catch (CircleException | ClientException e) {
            LOG.atWarn()
                    .addKeyValue("request", id)
                    .addKeyValue("problem", e.getMessage())
                    .log("a request to sign could not be answered");
            return new SignOutcome.Failed(String.valueOf(e.getMessage()));
        }
    }

    private SignOutcome outcome(boolean accepted, SignDecision decision) {
        if (accepted) {
            return new SignOutcome.Answered(decision);
        }
        String state = closedAs;
        return state == null
                ? new SignOutcome.Failed("the circle has no such request any more")
                : new SignOutcome.Closed(state);
    }
}
