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

    /// The result of `play`.
    ///
    /// @param output the completion value as text
    /// @param value the completion value as JSON
    /// @param logs what the script wrote to its console, oldest first
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

    /// What the server tells a client unasked: these, and nothing else.
    public sealed interface Event {
        /// The event's name on the wire.
        String method();

        /// The event as it is sent.
        default RpcMessage.Notification notification() {
            return new RpcMessage.Notification(method(), Json.tree(this));
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
