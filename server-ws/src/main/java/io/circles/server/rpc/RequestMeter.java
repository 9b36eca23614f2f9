package io.circles.server.rpc;

/// Counts what requests come to. Called from any thread; must not block.
@FunctionalInterface
public interface RequestMeter {
    /// What methods are called that there are not.
    String UNKNOWN = "unknown";

    /// A request was answered, or would have been if it were no notification.
    ///
    /// @param method a name of the registry, or [#UNKNOWN]
    /// @param outcome `ok`, or the kind of the error
    void answered(String method, String outcome);
}
