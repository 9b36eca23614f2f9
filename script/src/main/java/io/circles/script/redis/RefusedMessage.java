package io.circles.script.redis;

/// A message that is not to be looked at. Whoever reads from Redis drops it and goes on: it says
/// nothing about who has sent it.
final class RefusedMessage extends Exception {
    private static final long serialVersionUID = 1;

    RefusedMessage(String message) {
        super(message);
    }
}
