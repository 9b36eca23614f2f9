/// SigSocket: asks the holders of keys for signatures.
///
/// Start reading at [SigSocket], which a circle has one of. [Board] knows who listens and what is
/// open, [Outcome] is how a request ends.
package io.circles.server.sigsocket;
