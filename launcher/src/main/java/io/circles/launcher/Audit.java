package io.circles.launcher;

import picocli.CommandLine.Command;

/// `circles audit`: what was asked of keys, and what they answered. Reads only; the servers may run
/// meanwhile.
@Command(name = "audit", description = "What was asked of keys, and what they answered.")
final class Audit {}
