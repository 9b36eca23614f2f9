package io.circles.script;

/// What a run asks of its server, done after its commit and in the order of the commits.
public sealed interface Effect {

    /// Publishes an event to those who subscribed to its topic.
    ///
    /// @param topic 1 to 256 characters
    /// @param data any JSON value, as text
    record Publish(String topic, String data) implements Effect {}

    /// What the circle's signing service is asked for. Kept until the server has said that it is
    /// handled.
    sealed interface Signing extends Effect {}

    /// Asks the holders of keys to sign.
    record Sign(SignatureRequest request) implements Signing {}

    /// Withdraws a request of the same circle; nothing happens if it has ended, or never was.
    ///
    /// @param id of the request
    record CancelSign(String id) implements Signing {
        public CancelSign {
            SignatureRequest.requireId(id);
        }
    }
}
