package io.circles.client;

import io.circles.protocol.CircleApi.Authenticated;
import io.circles.protocol.CircleApi.Nonce;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.PublicKey;
import io.circles.protocol.crypto.Signature;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// The handshake: asks for a nonce, checks whose it is, and only then has it signed. Immutable.
///
/// @param check what the nonce must say
/// @param timeout of each of the two requests
record Login(RpcLink rpc, Signer signer, NonceCheck check, Duration timeout) {
    /// A log-in that asks with a new challenge.
    ///
    /// @param circle the key that it must have; null when the first one is trusted
    static Login of(
            RpcLink rpc, Signer signer, @Nullable PublicKey circle, ClientSettings settings) {
        byte[] random = new byte[32];
        settings.random().nextBytes(random);
        String challenge = HexFormat.of().formatHex(random);
        PublicKey key = signer.publicKey();
        NonceCheck check = new NonceCheck(settings.endpoint(), circle, key, challenge);
        return new Login(rpc, signer, check, settings.requestTimeout());
    }

    /// Logs in; blocks for two requests and the signer.
    LoggedIn run() throws InterruptedException {
        Nonce nonce = fetchNonce();
        NonceCheck.Checked checked = check.check(nonce);
        CircleTime time = new CircleTime(checked.issued(), System.nanoTime());
        Signature signature = signed(nonce.nonce().getBytes(StandardCharsets.UTF_8));
        if (time.instant().isAfter(checked.expires())) {
            throw new SignerUnavailableException(
                    "the signer took longer than the text to sign is good for", null);
        }
        authenticate(signature);
        return new LoggedIn(checked.circle(), time);
    }

    private Nonce fetchNonce() throws InterruptedException {
        var params =
                Json.object()
                        .put("pubkey", check.signer().hex())
                        .put("challenge", check.challenge());
        return Results.of("fetch_nonce", rpc.call("fetch_nonce", params, timeout), Nonce.class);
    }

    private Signature signed(byte[] message) throws InterruptedException {
        Signature signature = signer.sign(message);
        if (!signature.verifies(check.signer(), message)) {
            throw new IllegalStateException(
                    "the signer says its key is %s, but signed with another or something else"
                            .formatted(check.signer()));
        }
        return signature;
    }

    private void authenticate(Signature signature) throws InterruptedException {
        var params =
                Json.object()
                        .put("pubkey", check.signer().hex())
                        .put("signature", signature.encoded());
        var result = rpc.call("authenticate", params, timeout);
        if (!Results.of("authenticate", result, Authenticated.class).authenticated()) {
            throw new BadReplyException("authenticate", "authenticated is false", null);
        }
    }
}
