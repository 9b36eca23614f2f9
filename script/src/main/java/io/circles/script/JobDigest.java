package io.circles.script;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.crypto.Digest;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// Tells whether two jobs ask for the same: SHA-256 over method, script or function, and arguments.
record JobDigest(String hex) {
    static JobDigest of(ScriptJob job) {
        String args = job.args();
        byte[] method = hash(method(job.task()));
        byte[] code = hash(code(job.task()));
        byte[] given = (args == null ? "" : args).getBytes(StandardCharsets.UTF_8);
        return new JobDigest(HexFormat.of().formatHex(Digest.sha256(method, code, given)));
    }

    private static byte[] hash(String text) {
        return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Written down with the results that are kept, so never to be changed.
    private static String method(ScriptTask task) {
        return switch (task) {
            case ScriptTask.Play _ -> "play";
            case ScriptTask.Call _ -> "call";
            case ScriptTask.Handle _ -> "handle";
            case ScriptTask.Inspect _ -> "inspect";
        };
    }

    private static String code(ScriptTask task) {
        return switch (task) {
            case ScriptTask.Play play -> play.source();
            case ScriptTask.Call call -> call.function();
            case ScriptTask.Handle handle -> handle.via().word() + " " + handle.function();
            case ScriptTask.Inspect _ -> "";
        };
    }

    void requireSame(JobDigest other) {
        if (!equals(other)) {
            throw new CircleException(
                    ErrorCode.IDEMPOTENCY_MISMATCH,
                    "this idempotency_key was used with another method, script or function, or"
                            + " other args");
        }
    }
}
