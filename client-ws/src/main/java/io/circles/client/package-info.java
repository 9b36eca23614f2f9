/// The Java client library: one connection to one circle, the handshake hidden.
///
/// Start reading at [CircleClient]. Below it, from the caller to the wire: `Login` proves the keys
/// of both ends (`NonceCheck` decides what may be signed), `RpcLink` matches answers to requests,
/// `WebSocketLink` owns the socket and its threads, `WebSocketCodec` knows the frames and is the
/// only class that imports Java-WebSocket. Nothing below [CircleClient] knows of circles' methods
/// but `Login` and `SignListening`, which has the requests to sign: `SignDesk` keeps those that
/// are open, `SignSession` says what is decided, `SignCheck` decides what the application may see,
/// `OpenSignRequest` takes one to its end.
package io.circles.client;
