package io.circles.launcher;

/// Where scripts run: in processes of their own, or in the server's.
///
/// @param count processes; 0 for the server's own, which no stranger's script should share
/// @param threads scripts that run at once in each
/// @param heapBytes memory of each process
/// @param spares processes that are kept ready for one that ends
record Workers(int count, int threads, long heapBytes, int spares) {
    private static final int LEAST_THREADS = 4;

    /// What holds where nothing else is said.
    static final Workers DEFAULTS =
            new Workers(
                    1,
                    Math.max(LEAST_THREADS, 2 * Runtime.getRuntime().availableProcessors()),
                    1L << 30,
                    1);

    /// Whether scripts run in the server's own process.
    boolean inProcess() {
        return count == 0;
    }
}
