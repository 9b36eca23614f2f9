package io.circles.script.redis;

import java.util.Locale;

/// What a message over Redis is for. Each purpose has a key of its own, so that no message passes
/// for one of another kind.
enum Purpose {
    /// A job, from a node to the workers.
    JOB,
    /// What a job came to, from a worker to the node that sent it.
    ANSWER,
    /// That a job is not wanted any more, from a node to all workers.
    CANCEL,
    /// A circle's module and what else its runs share, from a node to all workers.
    ENVIRONMENT,
    /// That a worker is there, from it to all nodes.
    WORKER,
    /// What one node tells another.
    BUS;

    /// Changes with what jobs and their answers look like: nodes and workers that do not understand
    /// each other then do not see each other, as [SharedKey#fingerprint()] has it too.
    private static final String JOBS_VERSION = "v3";

    /// What the purpose's key is derived for: nothing else in Circles is derived for the same.
    String derivation() {
        String version = this == BUS ? "v1" : JOBS_VERSION;
        return "circles redis " + version + " " + name().toLowerCase(Locale.ROOT);
    }
}
