package io.circles.script;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Tells whether two jobs ask for the same: SHA-256 over script and arguments.
record JobDigest(String hex) {
    static JobDigest of(ScriptJob job) {
        MessageDigest digest = sha256();
        String args = job.argsText();
        digest.update(sha256().digest(job.source().getBytes(StandardCharsets.UTF_8)));
        digest.update((args == null ? "" : args).getBytes(StandardCharsets.UTF_8));
        return new JobDigest(HexFormat.of().formatHex(digest.digest()));
    }

    void requireSame(JobDigest other) {
        if (!equals(other)) {
            throw new CircleException(
                    ErrorCode.IDEMPOTENCY_MISMATCH,
                    "this idempotency_key was used with another script or other args");
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
