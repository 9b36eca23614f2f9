package io.circles.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.Json;
import io.circles.protocol.SignApi;
import io.circles.protocol.crypto.Signature;
import java.time.Duration;

/// What a device that signs says to its circle. Each blocks until the circle has answered.
/// Immutable.
///
/// @param timeout of each request
record SignAnswers(RpcLink rpc, Duration timeout) {

    /// Asks for the requests to the session's key, from now on.
    ///
    /// @throws CircleException what the circle answered
    /// @throws ClientException when no answer came
    void listen() throws InterruptedException {
        JsonNode result = rpc.call("sign_listen", null, timeout);
        if (!Results.of("sign_listen", result, SignApi.Listening.class).listening()) {
            throw new BadReplyException("sign_listen", "listening is false", null);
        }
    }

    /// Signs a request.
    ///
    /// @return false when it had ended already
    /// @throws CircleException what the circle answered
    /// @throws ClientException when no answer came
    boolean respond(String id, Signature signature) throws InterruptedException {
        return accepted("sign_respond", new SignApi.Respond(id, signature.hex()));
    }

    /// Refuses a request.
    ///
    /// @return false when it had ended already
    /// @throws CircleException what the circle answered
    /// @throws ClientException when no answer came
    boolean reject(String id, String reason) throws InterruptedException {
        return accepted("sign_reject", new SignApi.Reject(id, reason));
    }

    private boolean accepted(String method, Record params) throws InterruptedException {
        JsonNode result = rpc.call(method, Json.tree(params), timeout);
        return Results.of(method, result, SignApi.Accepted.class).accepted();
    }
}
