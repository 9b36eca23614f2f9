package io.circles.server.webhook;

import com.fasterxml.jackson.databind.JsonNode;

/// Runs the circle's own functions for what webhooks tell.
@FunctionalInterface
public interface WebhookHandler {
    /// Runs a function, unless it was run for that before. Blocks.
    ///
    /// @param function one of the circle's module
    /// @param event its argument
    /// @param occasion names the event, in this circle and for ever
    /// @return false when the circle has no such function
    /// @throws io.circles.protocol.CircleException if it failed, and nothing came of it
    boolean handle(String function, JsonNode event, String occasion) throws InterruptedException;
}
