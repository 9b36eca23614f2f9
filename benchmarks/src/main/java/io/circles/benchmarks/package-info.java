/// What `make bench` runs. Start at [io.circles.benchmarks.Main]; what is measured stands in
/// [io.circles.benchmarks.scenario].
@NullMarked
package io.circles.benchmarks;

import org.jspecify.annotations.NullMarked;
