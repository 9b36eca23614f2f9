package io.circles.server.transport;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Decides what becomes of the requests of the network: which of them are let in, and to whom they
/// belong. Its methods are called on a network thread, so they must not block.
public interface Admission {

    /// An HTTP request, as far as the decision needs it.
    ///
    /// @param local the address and port it came in on
    /// @param path without the query, decoded, beginning with `/`
    /// @param query as it was sent, without the `?`; empty when there was none
    /// @param host the `Host` header
    /// @param origin the `Origin` header, null when there was none
    record RequestHead(
            InetSocketAddress local,
            String path,
            String query,
            @Nullable String host,
            @Nullable String origin) {
        /// Without the query, which may hold a secret.
        @Override
        public String toString() {
            return "RequestHead[%s, %s, %s, %s]".formatted(local, path, host, origin);
        }
    }

    /// What is decided about a request to become a WebSocket.
    sealed interface Verdict {}

    /// What is decided about any other request.
    sealed interface Destination {}

    /// Come in.
    ///
    /// @param connections those it becomes one of
    /// @param handler makes what handles its frames
    record Admitted(
            Connections connections,
            ConnectionLimits limits,
            Function<Connection, FrameHandler> handler)
            implements Verdict {}

    /// This route answers.
    ///
    /// @param parameters what the path says for the parameters of the route's path
    /// @param reading those it is one of while its body is read
    /// @param inFlight those it becomes one of then, or at once when it has none
    record Routed(
            Route route,
            Map<String, String> parameters,
            RoutesInFlight reading,
            RoutesInFlight inFlight)
            implements Destination {}

    /// Stay out.
    ///
    /// @param status the status of the HTTP answer
    /// @param reason its text, which says nothing that helps an attacker
    /// @param headers of the answer
    record Refused(int status, String reason, Map<String, String> headers)
            implements Verdict, Destination {
        /// There is nothing at that place.
        public static final Refused NO_CIRCLE = new Refused(404, "There is no such circle here.\n");

        /// There is no place for one more.
        public static final Refused FULL = new Refused(503, "The circle has no room now.\n");

        /// Nothing new is taken.
        public static final Refused STOPPING = new Refused(503, "The circle is stopping.\n");

        public Refused {
            headers = Map.copyOf(headers);
        }

        /// One without headers.
        public Refused(int status, String reason) {
            this(status, reason, Map.of());
        }
    }

    /// Headers of every answer to a request, whatever is decided about it.
    default Map<String, String> headers(RequestHead request) {
        return Map.of();
    }

    /// Decides about a request to become a WebSocket.
    Verdict decide(RequestHead request);

    /// Decides about any other request.
    ///
    /// @param method in capital letters, such as `GET`
    Destination route(String method, RequestHead request);
}
