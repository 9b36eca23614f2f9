package io.circles.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.SignApi;
import io.circles.protocol.crypto.PublicKey;
import io.circles.protocol.crypto.Signature;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// What a device that signs says to its circle, in a session that is renewed when it has expired:
/// by a log-in to the same circle. When that fails the connection is closed, since nobody would
/// notice a signer that has gone deaf. Its time is the circle's, as the last log-in showed it.
///
/// Concurrency: any thread. `lock` is held while a session is made, and guards `stopped`; whoever
/// finds a session expired says which one that was, so that it is renewed once.
final class SignSession implements InstantSource {
    private static final Set<ErrorCode> OVER =
            Set.of(ErrorCode.SESSION_EXPIRED, ErrorCode.AUTHENTICATION_REQUIRED);

    private final RpcLink rpc;
    private final Signer signer;
    private final ClientSettings settings;
    private final PublicKey circle;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile CircleTime time;
    private volatile int number;
    private boolean stopped;

    /// @param login that has made the first session
    SignSession(RpcLink rpc, Signer signer, ClientSettings settings, LoggedIn login) {
        this.rpc = rpc;
        this.signer = signer;
        this.settings = settings;
        this.circle = login.circle();
        this.time = login.time();
    }

    @Override
    public Instant instant() {
        return time.instant();
    }

    /// Which session this is, from 0.
    int number() {
        return number;
    }

    /// Asks for the requests to the session's key, from now on. Blocks until the circle has agreed.
    ///
    /// @throws CircleException what the circle answered
    /// @throws ClientException when no answer came
    void listen() throws InterruptedException {
        JsonNode result = rpc.call("sign_listen", null, settings.requestTimeout());
        if (!Results.of("sign_listen", result, SignApi.Listening.class).listening()) {
            throw new BadReplyException("sign_listen", "listening is false", null);
        }
    }

    /// Makes a new session and listens in it, unless somebody has since that one.
    ///
    /// @throws CircleException what the circle answered
    /// @throws ClientException when no answer came, or the circle is another
    void renew(int expired) throws InterruptedException {
        boolean right = false;
        lock.lock();
        try {
            if (!stopped && expired == number) {
                time = Login.of(rpc, signer, circle, settings).run().time();
                listen();
                number = expired + 1;
            }
            right = true;
        } finally {
            lock.unlock();
            if (!right) {
                rpc.close();
            }
        }
    }

    /// Renews no more. Waits while that is being done.
    void stop() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            stopped = true;
        } finally {
            lock.unlock();
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
        int before = number;
        try {
            return ask(method, params);
        } catch (CircleException e) {
            if (!OVER.contains(e.code())) {
                throw e;
            }
            renew(before);
            return ask(method, params);
        }
    }

    private boolean ask(String method, Record params) throws InterruptedException {
        JsonNode result = rpc.call(method, Json.tree(params), settings.requestTimeout());
        return Results.of(method, result, SignApi.Accepted.class).accepted();
    }
}
