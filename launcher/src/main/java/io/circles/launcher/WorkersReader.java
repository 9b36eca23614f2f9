package io.circles.launcher;

/// Reads where scripts run: `workers`.
final class WorkersReader {
    private static final int MOST_WORKERS = 256;
    private static final int MOST_THREADS = 256;
    private static final int MOST_PLAYS = 100_000;
    private static final long LEAST_HEAP = 64L << 20;
    private static final long MOST_HEAP = 64L << 30;

    private static final String IN_PROCESS =
            "with 0 scripts run in the server's own process, where one can stop all circles: for"
                    + " trusted scripts only";

    private WorkersReader() {}

    static Workers read(ConfigReader workers) {
        Workers defaults = Workers.DEFAULTS;
        int count = number(workers, "count", 0, MOST_WORKERS, defaults.count());
        int threads = number(workers, "threads", 1, MOST_THREADS, defaults.threads());
        long heap =
                workers.field("heap")
                        .flatMap(field -> LimitsReader.bytes(field, LEAST_HEAP, MOST_HEAP))
                        .orElse(defaults.heapBytes());
        int spares = number(workers, "spares", 0, MOST_WORKERS, defaults.spares());
        int warmPlays = number(workers, "warm_plays", 0, MOST_PLAYS, defaults.warmPlays());
        boolean compiled =
                workers.field("compiled").flatMap(ConfigReader::flag).orElse(defaults.compiled());
        workers.refuseOtherFields();
        Workers read = new Workers(count, threads, heap, spares, warmPlays, compiled);
        if (read.inProcess()) {
            workers.field("count").ifPresent(field -> field.warning(IN_PROCESS));
        }
        return read;
    }

    private static int number(
            ConfigReader workers, String name, int least, int most, int byDefault) {
        return workers.field(name)
                .flatMap(field -> field.number(least, most))
                .map(Long::intValue)
                .orElse(byDefault);
    }
}
