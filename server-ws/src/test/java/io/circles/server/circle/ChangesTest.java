package io.circles.server.circle;

import io.circles.script.CircleModule;
import io.circles.script.ScriptExecutor;
import io.circles.script.engine.GraalScriptExecutor;
import io.circles.server.transcript.CircleTranscripts;
import io.circles.server.transcript.Conversation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// The transcripts of functions, events and what scripts change, without a network: each with a
/// circle of its own.
class ChangesTest extends CircleTranscripts {
    /// What the transcripts call.
    static final CircleModule MODULE =
            CircleModule.of(
                    "main.js",
                    Map.of(
                            "main.js",
                            """
                            import {fail} from "./lib/fail.js";
                            export {fail};
                            export function onStart() { state.set("circle/started", true); }
                            export function echo(value) { console.log("heard"); return value; }
                            export function roles() { return caller.roles; }
                            export function slow() { for (;;); }
                            export function announce() {
                                state.set("circle/last", 1);
                                events.publish("news", {by: "function"});
                                return "announced";
                            }
                            """,
                            "lib/fail.js",
                            """
                            export function fail() {
                                events.publish("news", 1);
                                throw new RangeError("boom");
                            }
                            """));

    @TempDir private Path folder;
    private final List<DirectCircle> circles = new ArrayList<>();
    private ScriptExecutor scripts;

    ChangesTest() {
        super("changes");
    }

    @BeforeEach
    void start() {
        scripts = new GraalScriptExecutor(2, 100);
    }

    @AfterEach
    void stop() {
        circles.forEach(DirectCircle::close);
        scripts.close();
    }

    @Override
    protected Conversation connect() {
        Path own = folder.resolve("circle " + circles.size());
        circles.add(new DirectCircle(scripts, own).start(MODULE));
        return circles.getLast().connect();
    }
}
