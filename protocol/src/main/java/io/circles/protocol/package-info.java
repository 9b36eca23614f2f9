/// What both ends of a connection must agree on, and nothing else: the messages of JSON-RPC 2.0,
/// the one table of errors, the one JSON mapper, and the params and results of the circle's methods
/// as records.
///
/// Start reading at [RpcFrame], which turns a text frame into messages; [RpcMessage] says what they
/// are.
package io.circles.protocol;
