package io.circles.script.redis;

/// Names one run of a job for ever: a job that meets a conflict is run again under another.
///
/// @param node who has sent it
/// @param number of that node's
record RunKey(String node, long number) {
    @Override
    public String toString() {
        return node + "-" + number;
    }
}
