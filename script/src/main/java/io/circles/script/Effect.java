package io.circles.script;

/// What a run asks of its server, done after its commit and in the order of the commits.
public sealed interface Effect {

    /// Publishes an event to those who subscribed to its topic.
    ///
    /// @param topic 1 to 256 characters
    /// @param data any JSON value, as text
    record Publish(String topic, String data) implements Effect {}
}
