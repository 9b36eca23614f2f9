/// Scripts in this process, on GraalJS: the only importer of GraalVM.
///
/// Start reading at [GraalScriptExecutor]. A job becomes a `ScriptRun`, waits in `ScriptThreads`
/// for one of the platform threads, and runs there in a `ScriptContext` of its own that
/// `ScriptContexts` opened. Meanwhile `LimitGuard` reads the thread's `ThreadMeter`, stops a run
/// that goes too far, and gives up a thread that does not answer. `prelude.js` makes the script's
/// globals and turns its last value into text, `ResultText` and `ScriptErrors` turn text and
/// exceptions into what the caller gets.
package io.circles.script.engine;
