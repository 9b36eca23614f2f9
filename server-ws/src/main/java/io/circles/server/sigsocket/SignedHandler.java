package io.circles.server.sigsocket;

import com.fasterxml.jackson.databind.JsonNode;

/// Tells a circle how what its scripts have asked for has ended.
@FunctionalInterface
public interface SignedHandler {
    /// Does so, unless it was done before. Blocks.
    ///
    /// @param event what the circle's handler is given
    /// @param occasion names the end, in this circle and for ever
    /// @throws io.circles.protocol.CircleException if it failed, and nothing came of it
    void signed(JsonNode event, String occasion) throws InterruptedException;
}
