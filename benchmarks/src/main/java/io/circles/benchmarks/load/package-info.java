/// The load generator: connections that send prepared requests, check every answer and take the
/// time. Start at [io.circles.benchmarks.load.LoadGenerator].
///
/// It shares the two cores with what it measures, so it is one thread over one selector, without
/// parsing what it does not need; it reports its own processor time.
@NullMarked
package io.circles.benchmarks.load;

import org.jspecify.annotations.NullMarked;
