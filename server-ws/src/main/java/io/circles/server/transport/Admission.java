package io.circles.server.transport;

import java.net.InetSocketAddress;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Decides which requests of the network may become connections, and to whom they belong.
public interface Admission {

    /// An HTTP request, as far as the decision needs it.
    ///
    /// @param local the address and port it came in on
    /// @param path without the query, decoded, beginning with `/`
    /// @param host the `Host` header
    /// @param origin the `Origin` header, null when there was none
    record UpgradeRequest(
            InetSocketAddress local, String path, @Nullable String host, @Nullable String origin) {}

    /// What is decided.
    sealed interface Verdict {}

    /// Come in.
    ///
    /// @param connections those it becomes one of
    /// @param handler makes what handles its frames
    record Admitted(
            Connections connections,
            ConnectionLimits limits,
            Function<Connection, FrameHandler> handler)
            implements Verdict {}

    /// Stay out.
    ///
    /// @param status the status of the HTTP answer
    /// @param reason its text, which says nothing that helps an attacker
    record Refused(int status, String reason) implements Verdict {
        /// There is nothing at that place.
        public static final Refused NO_CIRCLE = new Refused(404, "There is no such circle here.\n");
    }

    /// Decides. Called on a network thread, so it must not block.
    Verdict decide(UpgradeRequest request);
}
