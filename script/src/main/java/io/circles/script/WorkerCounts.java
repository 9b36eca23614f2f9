package io.circles.script;

/// What there is to run scripts, for whoever watches.
///
/// @param alive processes, those that are starting included
/// @param ended processes that have ended so far
/// @param running scripts that run
/// @param waiting jobs that wait for a thread
public record WorkerCounts(int alive, long ended, int running, int waiting) {}
