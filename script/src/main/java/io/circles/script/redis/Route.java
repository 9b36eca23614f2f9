package io.circles.script.redis;

/// A stream of jobs, and what those who read it can do. Guarded by the lock of [Dispatch].
final class Route {
    private final String stream;
    private int slots;
    private int places;
    private int inFlight;

    /// @param stream its name below the prefix
    Route(String stream) {
        this.stream = stream;
    }

    String stream() {
        return stream;
    }

    /// Its readers are counted anew.
    void clear() {
        slots = 0;
        places = 0;
    }

    /// One more reads it.
    void add(WorkerNote worker) {
        slots += worker.slots();
        places += worker.places();
    }

    boolean isServed() {
        return places > 0;
    }

    boolean hasRoom() {
        return inFlight < places;
    }

    void enter() {
        inFlight++;
    }

    void leave() {
        inFlight--;
    }

    int inFlight() {
        return inFlight;
    }

    /// How many jobs of one circle may be there: three quarters while they are quick, and half of
    /// what can run at once while they are not, so that there is always room for another's.
    int share(boolean quick) {
        return Math.max(1, quick ? places * 3 / 4 : slots / 2);
    }
}
