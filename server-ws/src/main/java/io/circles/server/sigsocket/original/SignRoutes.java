package io.circles.server.sigsocket.original;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.Params;
import io.circles.protocol.SignDigest;
import io.circles.protocol.crypto.PublicKey;
import io.circles.server.pace.Quota;
import io.circles.server.sigsocket.Ask;
import io.circles.server.sigsocket.Message;
import io.circles.server.sigsocket.Requester;
import io.circles.server.sigsocket.SigSocket;
import io.circles.server.sigsocket.SignLimits;
import io.circles.server.sigsocket.Signed;
import io.circles.server.transport.Route;
import io.circles.server.transport.RoutePath;
import io.circles.server.transport.RouteRequest;
import io.circles.server.transport.RouteResponse;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Signing over HTTP, as the original names it. Thread-safe.
///
/// Nobody can tell whether a client still waits for its answer, so a request to sign that is given
/// up goes on until it ends.
public final class SignRoutes {
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final String CONTENT_TYPE = "application/octet-stream";

    /// What a body has besides the message: the key, and a text to show whose characters may each
    /// take six.
    private static final long BESIDES_MESSAGE = 8_192;

    private static final Params<Sign> PARAMS = Params.of(Sign.class, SignRoutes::renamed);

    private final SigSocket socket;
    private final ApiTokens tokens;
    private final Quota quota;
    private final Route.Body body;

    /// The body of `POST /sign`.
    record Sign(
            String publicKey,
            String message,
            @Nullable Long timeoutMs,
            @Nullable Boolean waitForDevice,
            @Nullable String display) {}

    /// Its answer.
    record Answer(String response, String signature) {}

    /// @param tokens let in who has one of them
    /// @param open whether who has none is let in too
    /// @param patience how long a body may take to come
    public SignRoutes(
            SigSocket socket,
            List<String> tokens,
            boolean open,
            SignLimits limits,
            Duration patience,
            InstantSource clock) {
        this.socket = socket;
        this.tokens = new ApiTokens(tokens, open);
        this.quota = new Quota(limits.requestsPerMinute(), clock);
        this.body =
                new Route.Body(
                        RouteResponse.JSON,
                        limits.messageBytes() / 3 * 4 + BESIDES_MESSAGE,
                        patience);
    }

    /// `wait` is a word that no component of a record can be called by.
    private static @Nullable JsonNode renamed(@Nullable JsonNode json) {
        if (json instanceof ObjectNode object && object.has("wait")) {
            ObjectNode renamed = object.deepCopy();
            renamed.set("wait_for_device", renamed.remove("wait"));
            return renamed;
        }
        return json;
    }

    /// What can be asked.
    public List<Route> routes() {
        return List.of(
                new Route(
                        "POST", RoutePath.of("sign"), Optional.of(body), this::refuse, this::sign),
                get("status", _ -> connections()),
                get("connected/{public_key}", this::connected));
    }

    private Route get(String path, Route.Handler handler) {
        return new Route("GET", RoutePath.of(path), Optional.empty(), this::refuse, handler);
    }

    /// Counts by token, and where there is none that is right by address.
    private Optional<RouteResponse> refuse(RouteRequest request) {
        Optional<Requester> requester = tokens.requester(request);
        if (!quota.take(ApiTokens.token(requester).orElse(request.remote()))) {
            return Optional.of(
                    RouteResponse.error(429, "too many requests").with("Retry-After", "1"));
        }
        return requester.isPresent()
                ? Optional.empty()
                : Optional.of(
                        RouteResponse.error(401, "a token is needed: Authorization: Bearer TOKEN")
                                .with("WWW-Authenticate", "Bearer"));
    }

    private RouteResponse sign(RouteRequest request) throws InterruptedException {
        try {
            Requester requester = tokens.requester(request).orElseThrow();
            Signed signed = socket.sign(ask(PARAMS.decode(Json.parse(text(request))), requester));
            Answer answer =
                    new Answer(
                            signed.request().message().base64(),
                            Base64.getEncoder().encodeToString(signed.signature().compact()));
            return RouteResponse.json(200, Json.tree(answer));
        } catch (JsonProcessingException | CharacterCodingException e) {
            return RouteResponse.error(400, "the body must be JSON");
        } catch (CircleException e) {
            return failure(e);
        }
    }

    private static RouteResponse failure(CircleException e) {
        int status = e.code() == ErrorCode.CANCELLED ? 503 : e.code().httpStatus();
        return RouteResponse.error(status, Objects.requireNonNullElse(e.getMessage(), ""));
    }

    private static String text(RouteRequest request) throws CharacterCodingException {
        return UTF_8.newDecoder().decode(ByteBuffer.wrap(request.body())).toString();
    }

    private static Ask ask(Sign sign, Requester requester) {
        Duration timeout = sign.timeoutMs == null ? Ask.TIMEOUT : Duration.ofMillis(sign.timeoutMs);
        if (timeout.compareTo(LONGEST) > 0) {
            throw CircleException.invalidParam(
                    "timeout_ms", "timeout_ms is 1 to " + LONGEST.toMillis());
        }
        return new Ask(
                key(sign.publicKey),
                message(sign.message),
                CONTENT_TYPE,
                Objects.requireNonNullElse(sign.display, ""),
                SignDigest.SHA256,
                requester,
                timeout,
                Objects.requireNonNullElse(sign.waitForDevice, false));
    }

    private static PublicKey key(String text) {
        try {
            return PublicKey.parse(text);
        } catch (IllegalArgumentException e) {
            throw CircleException.invalidParam("public_key", String.valueOf(e.getMessage()));
        }
    }

    private static Message message(String text) {
        try {
            return Message.of(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw CircleException.invalidParam("message", "message is base64");
        }
    }

    private RouteResponse connections() {
        return RouteResponse.json(200, Json.object().put("connections", socket.connected()));
    }

    private RouteResponse connected(RouteRequest request) {
        try {
            boolean connected = socket.isConnected(key(request.parameter("public_key")));
            return RouteResponse.json(200, Json.object().put("connected", connected));
        } catch (CircleException e) {
            return failure(e);
        }
    }
}
