/// A circle's state: keys with JSON values, ordered by the keys' code points.
///
/// A run sees it through a [StateView]: one snapshot, reads noted, writes buffered, which become a
/// [Transaction]. The server's [StateStore] is the only writer: it commits transactions whose reads
/// still stand. Start reading at [Transaction].
package io.circles.script.state;
