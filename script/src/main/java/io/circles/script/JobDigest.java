package io.circles.script;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.crypto.Digest;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// Tells whether two jobs ask for the same: SHA-256 over script and arguments.
record JobDigest(String hex) {
    static JobDigest of(ScriptJob job) {
        String args = job.argsText();
        byte[] source = Digest.sha256(job.task().toString().getBytes(StandardCharsets.UTF_8));
        byte[] both =
                Digest.sha256(source, (args == null ? "" : args).getBytes(StandardCharsets.UTF_8));
        return new JobDigest(HexFormat.of().formatHex(both));
    }

    void requireSame(JobDigest other) {
        if (!equals(other)) {
            throw new CircleException(
                    ErrorCode.IDEMPOTENCY_MISMATCH,
                    "this idempotency_key was used with another script or other args");
        }
    }
}
