package io.circles.server.circle;

import io.circles.script.CircleModule;
import io.circles.server.StubScripts;
import io.circles.server.transcript.CircleTranscripts;
import io.circles.server.transcript.Conversation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/// The transcripts of functions, events and what scripts change, without a network: each with a
/// circle of its own, whose scripts are stubs.
class ChangesTest extends CircleTranscripts {
    /// What the transcripts call.
    static final CircleModule MODULE =
            StubScripts.module(
                    "echo: log heard; args",
                    "roles: caller",
                    "announce: set circle/last 1; publish news {\"by\":\"function\"}",
                    "fail: publish news 1; boom",
                    "slow: wait",
                    "onStart: set circle/started true");

    @TempDir private Path folder;
    private final List<DirectCircle> circles = new ArrayList<>();

    ChangesTest() {
        super("changes");
    }

    @AfterEach
    void stop() {
        circles.forEach(DirectCircle::close);
    }

    @Override
    protected Conversation connect() {
        Path own = folder.resolve("circle " + circles.size());
        circles.add(new DirectCircle(new StubScripts(), own).start(MODULE));
        return circles.getLast().connect();
    }
}
