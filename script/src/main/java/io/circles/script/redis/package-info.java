/// Scripts over Redis, for more than one process or machine.
///
/// Start reading at [RedisScriptExecutor], which a server has, and [RedisWorker], which runs what
/// it sends. `Dispatch` says which job goes when, `JobSender` writes it, `AnswerReader` reads what
/// came of it, `StaffReader` sees who works; in the worker `JobTaker` takes jobs, `JobKeeper` keeps
/// the claim on them and takes over those of others, `JobIntake` runs them and `AnswerSender`
/// answers.
///
/// [RedisSettings] and [RedisConnections] say where Redis is and open connections to it, each with
/// a `RedisThread` of its own that connects again. [Seal]: whatever one of us reads was sealed by
/// one of us, for this purpose and this addressee, and is not past its time. Nothing else imports
/// Jedis.
package io.circles.script.redis;
