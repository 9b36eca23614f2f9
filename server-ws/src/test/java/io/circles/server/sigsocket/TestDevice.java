package io.circles.server.sigsocket;

import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A device that remembers what it was told, and does what the test says.
final class TestDevice implements Device {
    private final LinkedBlockingQueue<SignRequest> shown = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();

    @Override
    public void requested(SignRequest request, String cause) {
        shown.add(request);
    }

    @Override
    public void closed(SignRequest request, SignState state) {
        told.add(request.id() + " " + state.word());
    }

    /// The next request that it was shown.
    SignRequest next() throws InterruptedException {
        SignRequest next = shown.poll(20, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing was shown");
        }
        return next;
    }

    /// What it was shown and did not take yet.
    List<SignRequest> unseen() {
        return new ArrayList<>(shown);
    }

    /// What it was told to close, as `ID STATE`.
    List<String> closings() {
        return new ArrayList<>(told);
    }

    /// A right signature for a request.
    static Signature signature(KeyPair key, SignRequest request) {
        return key.sign(request.message().bytes());
    }
}
