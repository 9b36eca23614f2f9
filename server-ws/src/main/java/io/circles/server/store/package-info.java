/// What the server itself keeps of a circle, in `server.db` beside the circle's state: requests to
/// sign and the audit of them.
///
/// Start reading at [ServerStore], which owns the file; each feature has a class with its
/// operations ([SignStore], [AuditLog]) over a table class with its statements. [AuditFile] reads
/// the audit from outside.
package io.circles.server.store;
