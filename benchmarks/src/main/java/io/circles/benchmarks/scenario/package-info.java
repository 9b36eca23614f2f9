/// What is measured, one class each, and the goals. Start at
/// [io.circles.benchmarks.scenario.Scenario]; what compares us with the peer goes through
/// [io.circles.benchmarks.scenario.Contest].
@NullMarked
package io.circles.benchmarks.scenario;

import org.jspecify.annotations.NullMarked;
