/// The Java client library: one client of one circle, over as many connections as it takes, the
/// handshake hidden.
///
/// Start reading at [CircleClient]. Below it, from the caller to the wire: `Requests` makes
/// requests on the connection that there is, or waits for the next; `ConnectionState` says which
/// that is. `Reconnector` makes connections: it dials, has `ClientSession` log in, and has each
/// `Restorable` restore what it had. `Renewal` does so again when a session ends. `Login` proves
/// the keys of both ends (`NonceCheck` decides what may be signed).
///
/// `RpcLink` is one connection and matches answers to requests, `WebSocketLink` owns the socket
/// and its threads (`Pulse` is what the reading one does in time), `WebSocketCodec` knows the
/// frames and is the only class that imports Java-WebSocket.
///
/// What is restored: `Subscriptions`, of which each `EventFlow` knows what has come and tells what
/// is missing; `SignListening`, of which `SignDesk` keeps the requests that are open,
/// `SignSession` says what is decided, `SignCheck` decides what the application may see, and
/// `OpenSignRequest` takes one to its end; and [Relay] with its groups, of which `HeardGroup`,
/// `HeardSession` and `Inbox` keep what comes until somebody takes it.
package io.circles.client;
