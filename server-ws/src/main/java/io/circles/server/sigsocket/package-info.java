/// SigSocket: asks the holders of keys for signatures.
///
/// Start reading at [SigSocket], which a circle has one of. [Board] has what is open, [Listeners]
/// who is shown it, and [Decisions] say which answer counts; [Outcome] is how a request ends.
package io.circles.server.sigsocket;
