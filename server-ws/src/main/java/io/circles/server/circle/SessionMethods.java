package io.circles.server.circle;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import io.circles.protocol.Json;
import io.circles.protocol.Params;
import io.circles.protocol.RpcId;
import io.circles.protocol.crypto.PublicKey;
import io.circles.protocol.crypto.Signature;
import io.circles.script.Capability;
import io.circles.server.rpc.Call;
import io.circles.server.session.Identity;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Who the caller is: the log-in and what belongs to it.
final class SessionMethods {
    /// The client's part of a nonce stands on a line of its own, so it must not hold a line break.
    private static final Pattern CHALLENGE = Pattern.compile("[!-~]{1,128}");

    /// `authenticate` is called with a key and a signature, or with an object of both, each by name
    /// or by position.
    static final Params<CircleApi.Authenticate> AUTHENTICATE =
            Params.of(CircleApi.Authenticate.class, SessionMethods::credentialsFirst);

    private final PublicKey circle;

    SessionMethods(PublicKey circle) {
        this.circle = circle;
    }

    private static @Nullable JsonNode credentialsFirst(@Nullable JsonNode params) {
        if (params != null && params.isArray() && params.size() == 1 && params.get(0).isObject()) {
            return Json.object().set("credentials", params.get(0));
        }
        return params;
    }

    CircleApi.Nonce fetchNonce(Call call, CircleApi.FetchNonce params) {
        String challenge = params.challenge();
        if (challenge != null && !CHALLENGE.matcher(challenge).matches()) {
            throw CircleException.invalidParam(
                    "challenge", "challenge is 1 to 128 printable ASCII characters without spaces");
        }
        PublicKey key = counted(call, "pubkey", params.pubkey(), PublicKey::parse);
        return call.session().challenge(key, challenge);
    }

    CircleApi.Authenticated authenticate(Call call, CircleApi.Authenticate params) {
        CircleApi.Credentials given = credentials(params);
        PublicKey key = counted(call, "pubkey", given.pubkey(), PublicKey::parse);
        Signature signature = counted(call, "signature", given.signature(), Signature::parse);
        call.session().authenticate(key, signature);
        return new CircleApi.Authenticated(true);
    }

    private static CircleApi.Credentials credentials(CircleApi.Authenticate params) {
        CircleApi.Credentials both = params.credentials();
        if (both != null) {
            if (params.pubkey() != null || params.signature() != null) {
                throw CircleException.invalidParam(
                        "credentials", "either credentials, or pubkey and signature");
            }
            return both;
        }
        return new CircleApi.Credentials(
                given("pubkey", params.pubkey()), given("signature", params.signature()));
    }

    private static String given(String name, @Nullable String value) {
        if (value == null) {
            throw CircleException.invalidParam(name, name + " is missing");
        }
        return value;
    }

    /// What cannot be decoded counts as a failed authentication.
    private static <T> T counted(Call call, String param, String text, Function<String, T> parse) {
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            call.session().malformedAnswer();
            throw CircleException.invalidParam(param, param + ": " + e.getMessage());
        }
    }

    CircleApi.Authenticated logout(Call call) {
        call.session().logout();
        return new CircleApi.Authenticated(false);
    }

    CircleApi.Whoami whoami(Call call) {
        Identity identity = call.identity();
        List<String> capabilities =
                call.session().capabilities(identity).stream().map(Capability::word).toList();
        return switch (identity) {
            case Identity.Proven proven ->
                    new CircleApi.Whoami(
                            true,
                            proven.key().hex(),
                            circle.hex(),
                            proven.rankAndRoles(),
                            capabilities,
                            proven.expiresAt().getEpochSecond());
            case Identity.Anonymous _, Identity.Expired _ ->
                    new CircleApi.Whoami(
                            false,
                            null,
                            circle.hex(),
                            List.of(identity.rank().word()),
                            capabilities,
                            null);
        };
    }

    CircleApi.Cancelled cancel(Call call, CircleApi.Cancel params) {
        JsonNode id = params.id();
        if (!id.isTextual() && !id.isNumber()) {
            throw CircleException.invalidParam("id", "id is a string or a number");
        }
        return new CircleApi.Cancelled(call.requests().cancel(new RpcId(Json.write(id))));
    }
}
