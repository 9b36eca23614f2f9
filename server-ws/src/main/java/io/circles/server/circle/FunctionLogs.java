package io.circles.server.circle;

import io.circles.protocol.CircleApi;
import io.circles.script.ScriptJob;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where the consoles of a circle's own functions go: to the server's log at debug level, as they
/// are the operator's. So many lines of a run, each cut to so many characters. Immutable.
final class FunctionLogs {
    private static final Logger LOG = LoggerFactory.getLogger(FunctionLogs.class);
    private static final int MOST_LINES = 100;
    private static final int LONGEST_LINE = 1_000;

    private final String circle;

    FunctionLogs(String circle) {
        this.circle = circle;
    }

    void write(ScriptJob job, List<CircleApi.LogLine> lines) {
        if (LOG.isDebugEnabled()) {
            lines.stream().limit(MOST_LINES).forEach(line -> write(job, line));
        }
    }

    private void write(ScriptJob job, CircleApi.LogLine line) {
        String message = line.message();
        LOG.atDebug()
                .addKeyValue("circle", circle)
                .addKeyValue("job", job.id())
                .addKeyValue("level", line.level())
                .addKeyValue("line", message.substring(0, Math.min(message.length(), LONGEST_LINE)))
                .log("a function wrote to its console");
    }
}
