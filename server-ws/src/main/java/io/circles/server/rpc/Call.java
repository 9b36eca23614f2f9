package io.circles.server.rpc;

import io.circles.server.event.PendingReply;
import io.circles.server.event.Subscriptions;
import io.circles.server.session.Identity;
import io.circles.server.session.Session;

/// What a handler knows of the request it serves.
///
/// @param session the connection's session; only for handlers that run [Ordering.InOrder]
/// @param identity who the caller was when the request was due
/// @param requests those of the connection that are in flight
/// @param subscriptions those of the connection; only for handlers that run [Ordering.InOrder]
/// @param device the connection, as far as it listens for requests to sign; only for handlers that
///     run [Ordering.InOrder]
/// @param relay the connection, as far as it takes part in the relay; only for handlers that do
///     not run [Ordering.Concurrent]
/// @param reply what the handler's result will be sent as
public record Call(
        Session session,
        Identity identity,
        Requests requests,
        Subscriptions subscriptions,
        ConnectionDevice device,
        ConnectionRelay relay,
        PendingReply reply) {}
