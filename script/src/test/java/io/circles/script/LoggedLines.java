package io.circles.script;

import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.LoggerFactory;

/// What a class logs from INFO on, by whatever thread, until this is closed.
public final class LoggedLines implements AutoCloseable {
    private final Logger logger;
    private final BlockingQueue<ILoggingEvent> lines = new LinkedBlockingQueue<>();
    private final AppenderBase<ILoggingEvent> appender =
            new AppenderBase<>() {
                @Override
                protected void append(ILoggingEvent line) {
                    lines.add(line);
                }
            };

    private LoggedLines(Class<?> of) {
        // while another thread sets SLF4J up, loggers are others
        this.logger =
                (Logger) await().until(() -> LoggerFactory.getLogger(of), Logger.class::isInstance);
    }

    /// From now on.
    public static LoggedLines of(Class<?> logging) {
        LoggedLines logged = new LoggedLines(logging);
        logged.appender.start();
        logged.logger.addAppender(logged.appender);
        logged.logger.setLevel(Level.INFO);
        logged.logger.setAdditive(false);
        return logged;
    }

    /// What has come since the last time.
    public List<ILoggingEvent> take() {
        List<ILoggingEvent> taken = new ArrayList<>();
        lines.drainTo(taken);
        return taken;
    }

    @Override
    public void close() {
        logger.setAdditive(true);
        logger.setLevel(null);
        logger.detachAppender(appender);
    }
}
