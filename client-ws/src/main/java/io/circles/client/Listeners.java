package io.circles.client;

import io.circles.protocol.RpcMessage;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Whom a client tells what happens. Immutable.
///
/// @param onEvent gets the notifications that are not a subscription's
/// @param onLostEvents learns how many of them were dropped
/// @param onState learns how the client stands
/// @param onSignRequest null for a client that does not listen
record Listeners(
        Consumer<RpcMessage.Notification> onEvent,
        LongConsumer onLostEvents,
        Consumer<ClientState> onState,
        @Nullable SignHandler onSignRequest) {}
