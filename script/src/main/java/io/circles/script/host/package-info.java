/// What scripts can reach outside of their circle, without any engine: `http.fetch` and `crypto`.
///
/// [io.circles.script.host.HttpFetcher] sends a request where the circle's
/// [io.circles.script.host.AllowList] lets it go, and only to public addresses;
/// [io.circles.script.host.CryptoFunctions] computes. Below the first, `Target` reads a URL, the
/// only reading there is; `NameLookup` and `PublicAddresses` say where a name may lead;
/// `Hop` follows redirects; `Exchange` is one request on one connection, the only class that knows
/// the HTTP library, with `BodyReader` beside it. The engine binds both for JavaScript.
package io.circles.script.host;
