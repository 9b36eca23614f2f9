/// The `circles` command: reads circles.json, starts and keeps everything running, and is a client
/// of what runs.
///
/// Whatever belongs to the command line, to circles.json and to the files of keys belongs here;
/// what a circle does belongs to the server, how to talk to one to the client library. Nothing
/// depends on this package.
///
/// Start reading at [Main][io.circles.launcher.Main]; each sub-command is a class of its name
/// ([Up][io.circles.launcher.Up], [Check][io.circles.launcher.Check], ...).
/// [CirclesFile][io.circles.launcher.CirclesFile] is what circles.json says, read by
/// `CirclesReader` and the readers beside it, which collect their `Findings` through a
/// `ConfigReader`. [Launcher][io.circles.launcher.Launcher] starts what the file says.
@NullMarked
package io.circles.launcher;

import org.jspecify.annotations.NullMarked;
