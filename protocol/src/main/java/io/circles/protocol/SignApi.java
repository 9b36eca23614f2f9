package io.circles.protocol;

import org.jspecify.annotations.Nullable;

/// Params, results and events of remote signing on the circle endpoint, as they stand on the wire
/// (in `snake_case`): a device that has proven a key listens for what that key is asked to sign.
public final class SignApi {
    private SignApi() {}

    /// The result of `sign_listen`: requests to the session's own key come to this connection from
    /// now on, first those that wait already.
    public record Listening(boolean listening) {}

    /// `sign_respond`: answers a request with a signature.
    ///
    /// @param id of the request
    /// @param signature over the digest that the request names, in any accepted form of 64 bytes
    ///     or DER
    public record Respond(String id, String signature) {}

    /// `sign_reject`: answers a request with no.
    ///
    /// @param id of the request
    /// @param reason for whoever asked, at most 1,000 characters
    public record Reject(String id, @Nullable String reason) {}

    /// The result of `sign_respond` and `sign_reject`.
    ///
    /// @param accepted false when the request has ended already, or the key has none of that id
    public record Accepted(boolean accepted) {}

    /// The event `sign_request`: somebody asks the session's key to sign.
    ///
    /// @param message the bytes to sign, in base64
    /// @param contentType what the message is, such as `text/plain`
    /// @param display what to show to whoever decides
    /// @param requester who asks: a key in hex, or a word for somebody without one
    /// @param expiresAt when it ends by itself, in seconds since 1970
    /// @param digest what is signed, the name of a [SignDigest]
    public record Requested(
            String id,
            String message,
            String contentType,
            String display,
            String requester,
            long expiresAt,
            String digest)
            implements CircleApi.Event {
        @Override
        public String method() {
            return "sign_request";
        }
    }

    /// The event `sign_closed`: a request that was delivered to this connection has ended without
    /// it.
    ///
    /// @param state how: `approved`, `rejected`, `expired`, `cancelled` or `failed`
    public record Closed(String id, String state) implements CircleApi.Event {
        @Override
        public String method() {
            return "sign_closed";
        }
    }
}
