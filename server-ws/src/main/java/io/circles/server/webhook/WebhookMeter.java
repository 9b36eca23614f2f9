package io.circles.server.webhook;

/// Counts what becomes of webhooks. Called from any thread; must not block. All words are of the
/// configuration or of the code, never what somebody sent.
public interface WebhookMeter {
    /// A genuine delivery was taken.
    ///
    /// @param known whether its event came before
    void received(String provider, boolean known);

    /// A delivery was not taken.
    void rejected(String provider, String reason);

    /// A run was tried.
    ///
    /// @param outcome `done`, `retried`, `dead` or `unhandled`
    void ran(String provider, String outcome);
}
