package io.circles.server.transport;

import java.time.Duration;
import java.util.Optional;

/// One thing that can be asked over plain HTTP: a request goes in, a response comes out, and what
/// is between them never sees a socket.
///
/// @param method in capital letters; a route of `GET` answers `HEAD` too
/// @param body what is read of a request; without it nothing is
/// @param guard looks at a request before its body is read
/// @param handler answers it
public record Route(
        String method, RoutePath path, Optional<Body> body, Guard guard, Handler handler) {

    /// What a request's body may be.
    ///
    /// @param type its media type without parameters, in lower case; [#ANY] takes all
    /// @param most its bytes
    /// @param patience how long it may take to come
    public record Body(String type, long most, Duration patience) {
        /// Whatever media type, or none.
        public static final String ANY = "*/*";
    }

    /// The door of a route: what would be refused anyway costs no reading.
    @FunctionalInterface
    public interface Guard {
        /// Lets everybody in.
        Guard OPEN = _ -> Optional.empty();

        /// Looks at a request whose body is still empty. May block.
        ///
        /// @return what it is answered when it is not let in
        Optional<RouteResponse> refuse(RouteRequest request);
    }

    /// The work of a route.
    @FunctionalInterface
    public interface Handler {
        /// Does it. Runs on a thread of its own and may block; interruption means that the circle
        /// is stopping.
        RouteResponse answer(RouteRequest request) throws InterruptedException;
    }

    /// One that reads no body and lets everybody in.
    public static Route get(RoutePath path, Handler handler) {
        return new Route("GET", path, Optional.empty(), Guard.OPEN, handler);
    }
}
