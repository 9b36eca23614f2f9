package io.circles.launcher;

import picocli.CommandLine.Command;

/// `circles state`: moves what a circle remembers.
@Command(name = "state", description = "Moves what a circle remembers to another database.")
final class StateCommand {}
