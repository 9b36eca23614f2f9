package io.circles.server;

import io.circles.server.session.Origin;
import io.circles.server.transport.Admission.Refused;
import io.circles.server.transport.Connection;
import io.circles.server.transport.FrameHandler;
import java.util.Arrays;
import java.util.Optional;

/// What is behind one of a circle's WebSocket paths.
@FunctionalInterface
interface SocketEndpoint {

    /// How a client came.
    ///
    /// @param origin the one of the circle's origins that it dialled
    /// @param query of the URL, as it was sent; empty when there was none
    record Dialled(Origin origin, String query) {
        /// A parameter of the query, as it was sent.
        Optional<String> parameter(String name) {
            return Arrays.stream(query.split("&", -1))
                    .filter(each -> each.startsWith(name + "="))
                    .map(each -> each.substring(name.length() + 1))
                    .findFirst();
        }

        /// Without the query, which may hold a secret.
        @Override
        public String toString() {
            return "Dialled[" + origin + "]";
        }
    }

    /// Why a client is not let in, if it is not.
    default Optional<Refused> refused(Dialled dialled) {
        return Optional.empty();
    }

    /// Makes what handles the frames of a new connection.
    FrameHandler open(Connection connection, Dialled dialled);
}
