package io.circles.script;

import io.circles.protocol.CircleApi;

/// The result of a job that had an idempotency key.
record KeptResult(JobDigest digest, ScriptResult result) {
    /// What an entry takes besides its texts: keys, nodes, the records themselves.
    private static final int FIXED_BYTES = 1_000;

    /// A tree of small values takes several times the room of its text.
    private static final int BYTES_PER_CHARACTER = 8;

    ScriptResult resultFor(JobDigest other) {
        digest.requireSame(other);
        return result;
    }

    /// About what it takes in memory, in bytes.
    int weight() {
        long characters = result.output().length();
        for (CircleApi.LogLine line : result.logs()) {
            characters += line.message().length() + FIXED_BYTES / BYTES_PER_CHARACTER;
        }
        return (int) Math.min(Integer.MAX_VALUE, FIXED_BYTES + BYTES_PER_CHARACTER * characters);
    }
}
