package io.circles.script.engine;

import io.circles.script.host.CryptoFunctions;
import io.circles.script.host.HostException;
import io.circles.script.host.HttpFetcher;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// The host's functions that are the same for every run of a process: cryptography, codecs, HTTP.
/// Thread-safe.
///
/// The prelude passes bytes as `x` and hex digits, or as `s` and a text that stands for its UTF-8;
/// it gets bytes as hex digits.
final class HostLibrary implements AutoCloseable {
    private static final HexFormat HEX = HexFormat.of();

    private final CryptoFunctions crypto = new CryptoFunctions(new SecureRandom());
    private final HttpFetcher http = new HttpFetcher();

    HttpFetcher http() {
        return http;
    }

    /// A name that nothing else has.
    String newId() {
        return crypto.uuid();
    }

    /// Answers a call of the prelude.
    ///
    /// @param what the function's name in the prelude
    @Nullable Object answer(HostCalls.Use use, String what, HostCalls.Arguments arguments) {
        try {
            return switch (what) {
                case "fetch" -> {
                    use.world().http().fetch(use, arguments);
                    yield null;
                }
                case "body" ->
                        use.world().http().body(use.loop(), arguments.number(0), arguments.text(1));
                case "sha256" -> HEX.formatHex(crypto.sha256(bytes(arguments.text(0))));
                case "keccak256" -> HEX.formatHex(crypto.keccak256(bytes(arguments.text(0))));
                case "hmac" ->
                        HEX.formatHex(
                                crypto.hmacSha256(
                                        bytes(arguments.text(0)), bytes(arguments.text(1))));
                case "verify" ->
                        crypto.verify(
                                arguments.text(0), arguments.text(1), bytes(arguments.text(2)));
                case "verifyDigest" ->
                        crypto.verifyDigest(
                                arguments.text(0), arguments.text(1), bytes(arguments.text(2)));
                case "recover" ->
                        crypto.recover(arguments.text(0), bytes(arguments.text(1))).orElse(null);
                case "recoverDigest" ->
                        crypto.recoverDigest(arguments.text(0), bytes(arguments.text(1)))
                                .orElse(null);
                case "random" -> HEX.formatHex(crypto.random(arguments.number(0)));
                case "uuid" -> crypto.uuid();
                default -> codec(what, arguments.text(0));
            };
        } catch (IllegalArgumentException e) {
            throw HostException.badArgument(String.valueOf(e.getMessage()));
        }
    }

    private static String codec(String what, String argument) {
        return switch (what) {
            case "toBase64" -> Base64.getEncoder().encodeToString(bytes(argument));
            case "fromBase64" -> HEX.formatHex(fromBase64(argument));
            case "toUtf8" -> HEX.formatHex(argument.getBytes(StandardCharsets.UTF_8));
            case "fromUtf8" -> utf8(bytes(argument));
            case "fromHex" -> HEX.formatHex(HEX.parseHex(argument));
            default -> throw HostException.of("Error", "no host function " + what);
        };
    }

    private static byte[] fromBase64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the text is no base64", e);
        }
    }

    static byte[] bytes(String tagged) {
        return tagged.charAt(0) == 'x'
                ? HEX.parseHex(tagged, 1, tagged.length())
                : tagged.substring(1).getBytes(StandardCharsets.UTF_8);
    }

    /// The text that bytes are.
    ///
    /// @throws IllegalArgumentException if they are no UTF-8
    static String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the bytes are no UTF-8", e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
