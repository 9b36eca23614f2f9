/// Who is at the other end of a connection: the nonce that is signed, the identity that follows
/// from it, and what that identity may do. Knows nothing of sockets or JSON-RPC.
///
/// Start reading at [Session].
package io.circles.server.session;
