package io.circles.server.webhook;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Notes what it is told. Thread-safe.
public final class TestMeter implements WebhookMeter {
    private final List<String> all = new CopyOnWriteArrayList<>();

    @Override
    public void received(String provider, boolean known) {
        all.add(provider + (known ? " known" : " new"));
    }

    @Override
    public void rejected(String provider, String reason) {
        all.add(provider + " rejected " + reason);
    }

    @Override
    public void ran(String provider, String outcome) {
        all.add(provider + " " + outcome);
    }

    /// All of it so far.
    public List<String> all() {
        return List.copyOf(all);
    }
}
