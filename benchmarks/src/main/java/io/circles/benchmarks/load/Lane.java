package io.circles.benchmarks.load;

/// A connection in a run: what it has sent last and when that was due. For the generator's thread.
final class Lane {
    final LoadConnection connection;
    private final Mix mix;
    private Request sent;
    private long sends;
    private boolean probe;
    private long since;

    /// @param first where in the mix it begins
    Lane(LoadConnection connection, Mix mix, long first) {
        this.connection = connection;
        this.mix = mix;
        this.sent = mix.probe();
        this.sends = first;
    }

    /// What to send now.
    ///
    /// @param from the moment from which its latency counts, in the nanoseconds of the JVM
    Request next(long from) {
        probe = mix.isProbe(sends);
        sent = mix.next(sends);
        since = from;
        sends++;
        return sent;
    }

    Request sent() {
        return sent;
    }

    boolean isProbe() {
        return probe;
    }

    /// Since when it waits for an answer, or since when it is free.
    long since() {
        return since;
    }

    void free(long now) {
        since = now;
    }
}
