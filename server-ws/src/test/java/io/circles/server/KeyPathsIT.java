package io.circles.server;

import static io.circles.server.TestCircles.address;
import static io.circles.server.TestCircles.host;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.circles.protocol.crypto.KeyPair;
import io.circles.server.socket.HttpAnswer;
import io.circles.server.socket.RawSocket;
import io.circles.server.transcript.Cast;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URLEncoder;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every way to write a key leads to its circle.
class KeyPathsIT {
    private static CircleHost host;
    private static CircleServer circle;

    @BeforeAll
    static void start() throws IOException {
        host = CircleHost.start(new StubScripts());
        circle = host.mount(TestCircles.circle().build());
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    private static HttpAnswer knock(String path) {
        return RawSocket.knock(address(circle), path, host(circle));
    }

    /// A key and one of the ways to write it.
    record Spelling(KeyPair pair, String text) {}

    static Stream<Spelling> spellings() {
        return IntStream.rangeClosed(5, 20)
                .mapToObj(i -> KeyPair.of(HexFormat.of().parseHex("%064x".formatted(i))))
                .flatMap(
                        pair ->
                                Stream.of(pair.publicKey().bytes(), uncompressed(pair))
                                        .map(Base64.getEncoder()::encodeToString)
                                        .map(text -> new Spelling(pair, text)))
                .filter(spelling -> spelling.text.matches(".*([+=]|//|/$).*"));
    }

    /// Both coordinates: y is the root of x³ + 7 of the right parity.
    private static byte[] uncompressed(KeyPair pair) {
        byte[] compressed = pair.publicKey().bytes();
        BigInteger p = BigInteger.TWO.pow(256).subtract(new BigInteger("1000003d1", 16));
        BigInteger x = new BigInteger(1, Arrays.copyOfRange(compressed, 1, 33));
        BigInteger y =
                x.pow(3).add(BigInteger.valueOf(7)).modPow(p.add(BigInteger.ONE).shiftRight(2), p);
        boolean odd = compressed[0] == 3;
        BigInteger right = y.testBit(0) == odd ? y : p.subtract(y);
        return HexFormat.of().parseHex("04%064x%064x".formatted(x, right));
    }

    @Test
    void aKeyInThePathMayHaveAnyOfItsForms() throws IOException {
        String hex = circle.publicKey().hex();
        byte[] uncompressed = uncompressed(Cast.CIRCLE.pair());
        for (String form :
                new String[] {
                    hex,
                    "0x" + hex,
                    hex.toUpperCase(Locale.ROOT),
                    HexFormat.of().formatHex(uncompressed),
                    Base64.getEncoder().encodeToString(circle.publicKey().bytes()),
                    Base64.getEncoder().encodeToString(uncompressed),
                    Base64.getEncoder().withoutPadding().encodeToString(uncompressed)
                }) {
            assertThat(knock("/" + form).status()).as(form).isEqualTo(101);
            String encoded = URLEncoder.encode(form, UTF_8);
            assertThat(knock("/" + encoded).status()).as(encoded).isEqualTo(101);
        }
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void keysWhoseBase64HasPlusesSlashesAndEqualsSignsAreFound(Spelling spelling)
            throws IOException {
        CircleConfig config = CircleConfig.builder("another", spelling.pair).port(0).build();
        String encoded = URLEncoder.encode(spelling.text, UTF_8);
        try (CircleServer another = host.mount(config)) {
            for (String form : List.of(spelling.text, encoded)) {
                HttpAnswer answer = RawSocket.knock(address(another), "/" + form, host(another));
                assertThat(answer.status()).as(form).isEqualTo(101);
            }
        }
    }
}
