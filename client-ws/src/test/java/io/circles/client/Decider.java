package io.circles.client;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/// A handler for tests: notes all that it is asked and told. Each decision needs a permit, of which
/// there are as many as the test wants.
final class Decider implements SignHandler {
    /// How it decides once it may.
    interface Decision {
        SignDecision of(SignRequest request) throws InterruptedException;
    }

    final List<SignRequest> asked = new CopyOnWriteArrayList<>();
    final Map<String, SignOutcome> ended = new ConcurrentHashMap<>();
    final CountDownLatch interrupted = new CountDownLatch(1);
    final Semaphore permits;
    private final Decision decision;

    private Decider(int permits, Decision decision) {
        this.permits = new Semaphore(permits);
        this.decision = decision;
    }

    static Decider free(Decision decision) {
        return new Decider(Integer.MAX_VALUE, decision);
    }

    static Decider held(Decision decision) {
        return new Decider(0, decision);
    }

    @Override
    public SignDecision decide(SignRequest request) throws InterruptedException {
        asked.add(request);
        try {
            permits.acquire();
        } catch (InterruptedException e) {
            interrupted.countDown();
            throw e;
        }
        return decision.of(request);
    }

    @Override
    public void ended(SignRequest request, SignOutcome outcome) {
        ended.merge(request.id(), outcome, (_, _) -> new SignOutcome.Failed("it ended twice"));
    }
}
