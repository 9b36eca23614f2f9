/// JSON-RPC 2.0 on one connection: which methods there are, in which order requests run, and who
/// gets which answer. Methods themselves are elsewhere; they return values and never hold a socket.
///
/// Start reading at [RpcEndpoint].
package io.circles.server.rpc;
