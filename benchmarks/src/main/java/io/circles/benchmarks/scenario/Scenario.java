package io.circles.benchmarks.scenario;

import java.io.IOException;
import java.util.List;

/// Something that is measured, and its goals.
public interface Scenario {
    /// How the command line calls it.
    String name();

    /// Measures it, which takes from half a minute to several.
    ///
    /// @throws ScenarioException when it cannot be measured, such as for want of a method
    /// @throws IOException when a server cannot be started or reached
    List<Row> measure(Sitting sitting) throws IOException;

    /// All there are, in the order in which they are measured.
    static List<Scenario> all() {
        return List.of(
                new PlayScenario(),
                new CallScenario(),
                new FibonacciScenario(),
                new HalfLoadScenario(),
                new StateScenario(),
                new AttackScenario(),
                new NeighbourScenario(),
                new ManyScenario(),
                new SignScenario(),
                new RelayScenario(),
                new RedisScenario(),
                new RedisWorkersScenario());
    }
}
