package io.circles.script.redis;

/// What keys and streams are called below the prefix.
final class Names {
    /// The group of all workers that read a stream of jobs.
    static final String GROUP = "workers";

    /// The field of a stream's entry that has the message.
    static final String MESSAGE = "m";

    /// The jobs of all circles that have no workers of their own.
    static final String JOBS = "jobs";

    /// What nodes no longer want, for all workers.
    static final String CANCELS = "cancels";

    /// Who works: a hash of workers.
    static final String WORKERS = "workers";

    /// Jobs that have ended two workers.
    static final String DEAD = "dead";

    /// Which nodes there are: a sorted set, by when each was last here.
    static final String NODES = "nodes";

    private Names() {}

    /// The jobs of a circle that has workers of its own.
    static String jobs(String circle) {
        return JOBS + ":" + circle;
    }

    /// The answers for a node.
    static String answers(String node) {
        return "answers:" + node;
    }

    /// What other nodes tell a node.
    static String bus(String node) {
        return "bus:" + node;
    }

    /// Whom a worker's note in [#WORKERS] is about.
    static String worker(String worker) {
        return WORKERS + ":" + worker;
    }

    /// An environment without its secrets.
    static String environment(String hash) {
        return "environment:" + hash;
    }

    /// That a node is there, and Redis has not forgotten what it has stored.
    static String node(String node) {
        return "node:" + node;
    }

    /// Which of a node's runs were taken, so that their jobs are not taken again: a hash of their
    /// numbers, of those that are past their time in the same second.
    static String taken(String node, long second) {
        return "taken:" + node + ":" + second;
    }

    /// That a run may send to other machines, or was taken over by another worker before it did.
    static String departure(RunKey run) {
        return "departure:" + run;
    }
}
