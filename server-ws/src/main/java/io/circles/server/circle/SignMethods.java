package io.circles.server.circle;

import io.circles.protocol.CircleException;
import io.circles.protocol.SignApi;
import io.circles.protocol.Utf8;
import io.circles.protocol.crypto.Signature;
import io.circles.server.rpc.Call;
import io.circles.server.session.Session;

/// What a device does that signs for the session's key. Nobody but the holder of that key is
/// asked, so proving it is all that is needed.
final class SignMethods {
    private static final int LONGEST_REASON = 1_000;

    SignApi.Listening listen(Call call) {
        return call.device().listen(Session.proven(call.identity()).key(), call.reply());
    }

    SignApi.Accepted respond(Call call, SignApi.Respond params) {
        Session.proven(call.identity());
        return new SignApi.Accepted(
                call.device().respond(params.id(), signature(params.signature())));
    }

    private static Signature signature(String text) {
        try {
            return plain(Signature.parse(text));
        } catch (IllegalArgumentException e) {
            throw CircleException.invalidParam("signature", "signature: " + e.getMessage());
        }
    }

    private static Signature plain(Signature signature) {
        return switch (signature) {
            case Signature.Compact _, Signature.Der _ -> signature;
            case Signature.Recoverable _ ->
                    throw new IllegalArgumentException(
                            "a signature for a request has 64 bytes (r and s) or is strict DER;"
                                    + " this one has 65");
        };
    }

    SignApi.Accepted reject(Call call, SignApi.Reject params) {
        Session.proven(call.identity());
        String reason = params.reason() == null ? "" : Utf8.wellFormed(params.reason());
        int length = reason.codePointCount(0, reason.length());
        if (length > LONGEST_REASON) {
            throw CircleException.invalidParam(
                    "reason", "reason has at most " + LONGEST_REASON + " characters");
        }
        return new SignApi.Accepted(call.device().reject(params.id(), reason));
    }
}
