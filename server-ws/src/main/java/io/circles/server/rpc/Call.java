package io.circles.server.rpc;

import io.circles.server.session.Identity;
import io.circles.server.session.Session;

/// What a handler knows of the request it serves.
///
/// @param session the connection's session; only for handlers that run [Ordering.InOrder]
/// @param identity who the caller was when the request was due
/// @param requests those of the connection that are in flight
public record Call(Session session, Identity identity, Requests requests) {}
