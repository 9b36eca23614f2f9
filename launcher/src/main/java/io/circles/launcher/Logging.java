package io.circles.launcher;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.List;
import org.slf4j.LoggerFactory;

/// How much is logged. Where to is said in `logback.xml`: one line per event, to standard error.
final class Logging {
    private static final List<Level> LEVELS =
            List.of(Level.WARN, Level.INFO, Level.DEBUG, Level.TRACE);

    private Logging() {}

    /// Sets the level of Circles' own log; libraries stay two steps behind.
    ///
    /// @param detail 0 for warnings only, and up to 3
    static void start(int detail) {
        set("io.circles", detail);
        set(org.slf4j.Logger.ROOT_LOGGER_NAME, detail - 2);
    }

    private static void set(String logger, int detail) {
        Level level = LEVELS.get(Math.clamp(detail, 0, LEVELS.size() - 1));
        if (LoggerFactory.getLogger(logger) instanceof Logger configurable) {
            configurable.setLevel(level);
        }
    }
}
