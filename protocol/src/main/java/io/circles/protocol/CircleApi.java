package io.circles.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Params and results of the circle endpoint's methods and events, as they stand on the wire (in
/// `snake_case`). A component that is not marked nullable is required. The order of the components
/// is the order of positional params.
public final class CircleApi {
    private CircleApi() {}

    /// `fetch_nonce`: asks for a text to sign.
    ///
    /// @param pubkey the key that will sign, in any accepted form
    /// @param challenge a text of the client's own, at most 128 printable ASCII characters, that
    ///     the nonce repeats
    public record FetchNonce(String pubkey, @Nullable String challenge) {}

    /// The result of `fetch_nonce`.
    ///
    /// @param nonce the text to sign
    /// @param expiresAt when it can no longer be answered, in seconds since 1970
    /// @param proof the circle's own signature over the nonce, 64 bytes in hex
    public record Nonce(String nonce, long expiresAt, String proof) {
        /// The purpose under which a circle's key vouches for a nonce. The circle's key signs
        /// nothing without such a line, so that no signature of its can serve as a log-in.
        private static final String PROOF_PURPOSE = "circles proof v1\n";

        /// What the circle's key signs when it vouches for a nonce, in UTF-8.
        public static byte[] proven(String nonce) {
            return (PROOF_PURPOSE + nonce).getBytes(StandardCharsets.UTF_8);
        }
    }

    /// `authenticate`: answers the last nonce of this connection; either the first two, or the
    /// third.
    public record Authenticate(
            @Nullable String pubkey,
            @Nullable String signature,
            @Nullable Credentials credentials) {}

    /// A key and its signature over the nonce, each in any accepted form.
    public record Credentials(String pubkey, String signature) {}

    /// The result of `authenticate` and `logout`.
    public record Authenticated(boolean authenticated) {}

    /// The result of `whoami`.
    ///
    /// @param pubkey the proven key, null when nobody has authenticated
    /// @param circle the circle's own key
    /// @param roles the rank, and what circles.json gives this member besides
    /// @param capabilities what the session may do
    /// @param expiresAt the session's end in seconds since 1970, null without a session
    public record Whoami(
            boolean authenticated,
            @Nullable String pubkey,
            String circle,
            List<String> roles,
            List<String> capabilities,
            @Nullable Long expiresAt) {}

    /// `play`: runs a script.
    ///
    /// @param args any JSON value, the global `args` of the script
    /// @param timeoutMs how long the script may run, 1 or more; the circle's own limit holds all
    ///     the same
    /// @param idempotencyKey 1 to 128 characters; the same request sent again with the same key
    ///     runs once and gets the same result
    public record Play(
            String script,
            @Nullable JsonNode args,
            @Nullable Long timeoutMs,
            @Nullable String idempotencyKey) {}

    /// `call`: calls a function of the circle.
    ///
    /// @param function the name of an export of the circle's main module, 1 to 256 characters
    /// @param args any JSON value, the function's only argument
    /// @param timeoutMs how long it may run, 1 or more; the circle's own limit holds all the same
    /// @param idempotencyKey 1 to 128 characters; the same request sent again with the same key
    ///     runs once and gets the same result
    public record Call(
            String function,
            @Nullable JsonNode args,
            @Nullable Long timeoutMs,
            @Nullable String idempotencyKey) {}

    /// The result of `play` and `call`.
    ///
    /// @param output the completion value, or what the function returned, as text
    /// @param value the same as JSON
    /// @param logs what was written to the console, oldest first; of a function of the circle only
    ///     its operators get it
    public record Played(String output, JsonNode value, List<LogLine> logs, Usage usage) {}

    /// One line of a script's console.
    ///
    /// @param level `debug`, `info`, `warn` or `error`
    public record LogLine(String level, String message) {}

    /// What a run used.
    ///
    /// @param wallMs from its start to its end, in milliseconds
    /// @param cpuMs time of a processor, in milliseconds
    /// @param allocatedBytes memory that was allocated, freed or not
    public record Usage(long wallMs, long cpuMs, long allocatedBytes) {}

    /// `cancel`: ends a request of this connection that is in flight.
    ///
    /// @param id the request's id, a string or a number
    public record Cancel(JsonNode id) {}

    /// The result of `cancel`.
    ///
    /// @param cancelled false when no such request was in flight
    public record Cancelled(boolean cancelled) {}

    /// `subscribe`: asks for events.
    ///
    /// @param topic which, 1 to 256 characters; `*` stands for any run of characters
    /// @param after the `seq` of the last event that the client has; the kept ones after it are
    ///     sent too
    public record Subscribe(String topic, @Nullable Long after) {}

    /// The result of `subscribe`.
    ///
    /// @param subscription its id on this connection
    /// @param seq number of the circle's last event or other effect
    /// @param gap whether something after `after` is not kept any more
    public record Subscribed(String subscription, long seq, boolean gap) {}

    /// `unsubscribe`: ends a subscription of this connection.
    ///
    /// @param subscription its id
    public record Unsubscribe(String subscription) {}

    /// The result of `unsubscribe`.
    ///
    /// @param unsubscribed false when there was none of that id
    public record Unsubscribed(boolean unsubscribed) {}

    /// What the server tells a client unasked: these, and nothing else.
    public sealed interface Event
            permits Published,
                    SessionExpired,
                    ServerDraining,
                    SignApi.Requested,
                    SignApi.Closed,
                    RelayApi.Event {
        /// The event's name on the wire.
        String method();

        /// The event as it is sent.
        default RpcMessage.Notification notification() {
            return new RpcMessage.Notification(method(), Json.tree(this));
        }
    }

    /// The event `event`: what a script has published.
    ///
    /// @param subscription whose topic it matches
    /// @param topic that it was published to
    /// @param data any JSON value
    /// @param seq its number in the circle, in the order of the commits
    /// @param prev number of the subscription's event before it; for the first `after`, or the
    ///     `seq` of the subscription's start. Anything else than what the client saw last means
    ///     that some are missing
    public record Published(String subscription, String topic, JsonNode data, long seq, long prev)
            implements Event {
        @Override
        public String method() {
            return "event";
        }
    }

    /// The event `session_expired`: the connection is anonymous from now on.
    public record SessionExpired(String pubkey, long expiredAt) implements Event {
        @Override
        public String method() {
            return "session_expired";
        }
    }

    /// The event `server_draining`: no new requests are taken, those in flight are finished.
    ///
    /// @param deadlineMs after this many milliseconds the connection is closed
    public record ServerDraining(long deadlineMs) implements Event {
        @Override
        public String method() {
            return "server_draining";
        }
    }
}
