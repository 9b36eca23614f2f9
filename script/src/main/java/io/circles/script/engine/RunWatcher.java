package io.circles.script.engine;

import io.circles.script.ScriptJob;
import java.time.Duration;

/// What a [GraalScriptExecutor] tells the process that it is alone in. Called from any thread.
public interface RunWatcher {
    /// How long a script may take to answer when it is told to stop.
    Duration grace();

    /// A script has not answered within the grace. When this returns, its caller is answered; the
    /// thread stays lost, so the process had better end.
    void overdue(ScriptJob job);

    /// A script has used so much of a processor or of memory that others in the process are better
    /// off without it; once for a run. Must not block for long.
    void heavy(ScriptJob job);

    /// A script is about to send something to another machine, so it must not be run again. What it
    /// sends leaves when this has returned, and not at all when it throws. May block for a while.
    void sending(ScriptJob job);

    /// Results that were told had better not be kept any longer: a script thread has nothing else
    /// to run, or scripts have run for some milliseconds more. Soon after each result.
    void pause();
}
