package io.circles.launcher;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.List;
import org.slf4j.LoggerFactory;

/// How much is logged. Where to is said in `logback.xml`: one line per event, to standard error.
final class Logging {
    private static final List<Level> LEVELS =
            List.of(Level.WARN, Level.INFO, Level.DEBUG, Level.TRACE);

    /// Warns, with a trace each time, of connections that are lost, which is said once by whoever
    /// uses them.
    private static final String JEDIS = "redis.clients.jedis";

    private Logging() {}

    /// Sets the level of Circles' own log; libraries stay two steps behind.
    ///
    /// @param detail 0 for warnings only, and up to 3
    static void start(int detail) {
        set("io.circles", detail);
        set(org.slf4j.Logger.ROOT_LOGGER_NAME, detail - 2);
        if (detail <= 2) {
            level(JEDIS, Level.ERROR);
        }
    }

    private static void set(String logger, int detail) {
        level(logger, LEVELS.get(Math.clamp(detail, 0, LEVELS.size() - 1)));
    }

    private static void level(String logger, Level level) {
        if (LoggerFactory.getLogger(logger) instanceof Logger configurable) {
            configurable.setLevel(level);
        }
    }
}
