/// What scripts can touch besides computing: state, effects, the console, cryptography and HTTP.
/// No engine in here: the engine binds these to the names that scripts know. The only importer of
/// Apache's HTTP client.
///
/// Start reading at [Rights] and [StateAccess]: every use takes the rights of the code that calls,
/// and what a script may catch is a [HostException]. [CryptoFunctions] hashes and verifies;
/// [HttpFetcher] sends requests.
package io.circles.script.host;
