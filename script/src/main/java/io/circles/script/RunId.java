package io.circles.script;

import io.circles.protocol.CircleException;
import io.circles.protocol.crypto.Digest;
import io.circles.protocol.crypto.PublicKey;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Names what a job does once it is committed: the same id is committed once, and the effects of
/// the commit bear it.
///
/// @param text the job's own id; for a job with an idempotency key SHA-256 over circle, caller and
///     key, so that the same request has it again on any server of the circle
public record RunId(String text) {
    private static final int LONGEST_KEY = 128;

    /// The id under which a job is committed.
    ///
    /// @param idempotencyKey null for a job without one
    /// @throws CircleException [io.circles.protocol.ErrorCode#INVALID_PARAMS] when the key is not 1
    ///     to 128 characters, or the caller has no key of its own
    public static RunId of(ScriptJob job, @Nullable String idempotencyKey) {
        return idempotencyKey == null ? new RunId(job.id()) : derived(job, idempotencyKey);
    }

    private static RunId derived(ScriptJob job, String key) {
        PublicKey caller = job.caller().publicKey();
        if (caller == null) {
            throw refused("idempotency_key needs a caller with a key; authenticate first");
        }
        int length = key.codePointCount(0, key.length());
        if (length < 1 || length > LONGEST_KEY) {
            throw refused("idempotency_key has 1 to " + LONGEST_KEY + " characters, not " + length);
        }
        String scope = job.environment().circle().hex() + "\n" + caller.hex() + "\n" + key;
        byte[] digest = Digest.sha256(scope.getBytes(StandardCharsets.UTF_8));
        return new RunId(HexFormat.of().formatHex(digest));
    }

    private static CircleException refused(String message) {
        return CircleException.invalidParam("idempotency_key", message);
    }
}
