/// What the server nodes that serve the same circles tell each other.
///
/// Start reading at [Bus]. Over Redis it is `io.circles.script.redis.RedisBus`; a process without
/// Redis is alone, and has the one of [Bus#alone()].
package io.circles.script.bus;
