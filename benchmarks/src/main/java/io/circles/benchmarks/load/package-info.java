/// The load generator: connections that send prepared requests, check every answer and take the
/// time. Start at [io.circles.benchmarks.load.LoadGenerator]; signers and who asks them are in
/// [io.circles.benchmarks.load.SignLoad].
///
/// It shares the two cores with what it measures, so it is one thread over one selector (two for
/// signing), without
/// parsing what it does not need; it reports its own processor time.
@NullMarked
package io.circles.benchmarks.load;

import org.jspecify.annotations.NullMarked;
