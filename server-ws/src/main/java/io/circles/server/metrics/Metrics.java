package io.circles.server.metrics;

import io.circles.script.ScriptExecutor;
import io.circles.script.WorkerCounts;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.function.ToDoubleFunction;

/// All numbers of one process. Thread-safe.
public final class Metrics {
    /// The media type of [#text].
    public static final String TYPE = "text/plain;version=0.0.4;charset=utf-8";

    private static final WorkerCounts NONE = new WorkerCounts(0, 0, 0, 0);

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    /// Those of a process that runs its scripts so.
    public Metrics(ScriptExecutor scripts) {
        if (scripts.workers().isPresent()) {
            gauge(scripts, "circles.workers.alive", "worker processes", WorkerCounts::alive);
            gauge(scripts, "circles.scripts.running", "scripts that run", WorkerCounts::running);
            gauge(scripts, "circles.scripts.waiting", "jobs that wait", WorkerCounts::waiting);
            FunctionCounter.builder("circles.workers.ended", scripts, all -> now(all).ended())
                    .description("worker processes that have ended")
                    .register(registry);
        }
    }

    private void gauge(
            ScriptExecutor scripts, String name, String what, ToDoubleFunction<WorkerCounts> of) {
        Gauge.builder(name, scripts, all -> of.applyAsDouble(now(all)))
                .description(what)
                .register(registry);
    }

    private static WorkerCounts now(ScriptExecutor scripts) {
        return scripts.workers().orElse(NONE);
    }

    MeterRegistry registry() {
        return registry;
    }

    /// The numbers in the text format of Prometheus.
    public String text() {
        return registry.scrape();
    }
}
