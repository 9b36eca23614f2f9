package io.circles.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.SignApi;
import io.circles.protocol.crypto.Signature;
import java.time.Duration;
import java.util.Set;

/// What a device that signs says to its circle, on one connection. Immutable.
///
/// @param renewal makes a new session when the circle says that there is none
/// @param timeout of each request
record SignSession(RpcLink link, Renewal renewal, Duration timeout) {
    private static final Set<ErrorCode> OVER =
            Set.of(ErrorCode.SESSION_EXPIRED, ErrorCode.AUTHENTICATION_REQUIRED);

    /// Asks for the requests to the session's key, from now on. Blocks until the circle has
    /// agreed.
    ///
    /// @throws CircleException what the circle answered
    /// @throws ClientException when no answer came
    void listen() throws InterruptedException {
        JsonNode result = link.call("sign_listen", null, timeout);
        if (!Results.of("sign_listen", result, SignApi.Listening.class).listening()) {
            throw new BadReplyException("sign_listen", "listening is false", null);
        }
    }

    /// Signs a request. Blocks until the circle has answered.
    ///
    /// @return false when it had ended already
    /// @throws CircleException what the circle answered
    /// @throws ClientException when no answer came
    boolean respond(String id, Signature signature) throws InterruptedException {
        return accepted("sign_respond", new SignApi.Respond(id, signature.hex()));
    }

    /// Refuses a request. Blocks until the circle has answered.
    ///
    /// @return false when it had ended already
    /// @throws CircleException what the circle answered
    /// @throws ClientException when no answer came
    boolean reject(String id, String reason) throws InterruptedException {
        return accepted("sign_reject", new SignApi.Reject(id, reason));
    }

    private boolean accepted(String method, Record params) throws InterruptedException {
        int before = renewal.session();
        try {
            return ask(method, params);
        } catch (CircleException e) {
            if (!OVER.contains(e.code()) || !renewal.renew(link, before)) {
                throw e;
            }
            return ask(method, params);
        }
    }

    private boolean ask(String method, Record params) throws InterruptedException {
        JsonNode result = link.call(method, Json.tree(params), timeout);
        return Results.of(method, result, SignApi.Accepted.class).accepted();
    }
}
