/// What it means to run a script, whoever does it: a [ScriptJob] goes in, a [ScriptResult] comes
/// out or a [io.circles.protocol.CircleException] says which limit or line ended it.
///
/// Start reading at [ScriptRunner], which a server calls; [ScriptExecutor] is what it runs on.
/// Nothing in here knows an engine.
package io.circles.script;
