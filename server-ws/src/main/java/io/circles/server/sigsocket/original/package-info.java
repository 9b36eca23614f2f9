/// The original's ways to SigSocket: its signing protocol on `/ws`, and HTTP.
///
/// Both are clients of [io.circles.server.sigsocket.SigSocket], which knows nothing of them. Start
/// reading at [SigEndpoint] for devices, at [SignRoutes] for those who ask.
package io.circles.server.sigsocket.original;
