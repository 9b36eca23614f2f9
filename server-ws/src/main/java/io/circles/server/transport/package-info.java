/// The network: takes frames off it, puts frames on it, and bounds both. Knows nothing of JSON-RPC.
///
/// Callbacks of the network library only hand off. What a client sends goes through the
/// connection's [Mailbox] to its [FrameHandler]; what it is sent goes through its [Outbox]. A
/// request that wants no WebSocket goes to a [Route], on a thread of its own. Start reading at
/// [WebSockets].
package io.circles.server.transport;
