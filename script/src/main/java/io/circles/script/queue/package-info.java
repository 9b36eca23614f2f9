/// Runs that wait, in turns; start reading at [TurnQueue]. Used for the workers of this process and
/// for those behind Redis.
package io.circles.script.queue;
