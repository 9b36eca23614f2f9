/// What the server itself keeps of a circle, in `server.db` beside the circle's state: requests to
/// sign, the audit of them, the events of webhooks, and the relay.
///
/// Start reading at [ServerStore], which owns the file; each feature has a class with its
/// operations ([SignStore], [AuditLog], [HookStore], [RelayStore]) over a table class with its
/// statements. [AuditFile] reads the audit from outside.
package io.circles.server.store;
