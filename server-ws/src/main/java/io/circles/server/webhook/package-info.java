/// Webhooks: what happens elsewhere becomes a run of the circle's own code.
///
/// A delivery is verified over the bytes that came (the package below has the ways), kept durably,
/// answered, and then handled, once. Start reading at [Webhooks], which a circle has one of.
package io.circles.server.webhook;
