package io.circles.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.circles.protocol.crypto.PublicKey;
import java.net.URI;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
    private static final PublicKey KEY = Nonces.CIRCLE.publicKey();

    /// The point G of secp256k1.
    private static final String UNCOMPRESSED =
            "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
                    + "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";

    private static Endpoint endpoint(String address) {
        return Endpoint.of(URI.create(address));
    }

    @ParameterizedTest
    @CsvSource({
        "ws://h, ws://h, h, 80, /",
        "WSS://H, wss://h, h, 443, /",
        "wss://h:80, wss://h:80, h:80, 80, /",
        "ws://h:443/a%20b?c=d%2F, ws://h:443, h:443, 443, /a%20b?c=d%2F",
        "ws://[::1]:9001/, ws://[::1]:9001, [::1]:9001, 9001, /",
    })
    void anAddressIsTakenApart(
            String address, String origin, String hostHeader, int port, String resource) {
        assertThat(endpoint(address))
                .returns(origin, Endpoint::origin)
                .returns(hostHeader, Endpoint::hostHeader)
                .returns(port, Endpoint::port)
                .returns(resource, Endpoint::resource);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://h",
                "h:9001",
                "ws:/h",
                "ws:opaque",
                "/path",
                "ws://user@h",
                "ws://h#part",
                "ws://h:0",
                "ws://h:65536",
            })
    void whatIsNoAddressIsRefusedWithAnExample(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> endpoint(address))
                .withMessageContaining("wss://shop.example.com");
    }

    @Test
    void aKeyAsTheLastPartOfThePathIsTheCirclesKey() {
        assertThat(endpoint("ws://h/" + KEY).circle()).isEqualTo(KEY);
        assertThat(endpoint("ws://h/circles/" + KEY.hex()).circle()).isEqualTo(KEY);
        assertThat(endpoint("ws://h/0x" + KEY.hex()).circle()).isEqualTo(KEY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ws://h/", "ws://h/circles/"})
    void aKeyInBase64MayBeEscapedOrNot(String before) {
        byte[] point = HexFormat.of().parseHex(UNCOMPRESSED);
        String base64 = Base64.getEncoder().encodeToString(point);
        assertThat(base64).contains("+", "/", "=");
        String escaped = base64.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D");

        assertThat(endpoint(before + escaped).circle()).isEqualTo(PublicKey.of(point));
        assertThat(endpoint(before + base64.replace("/", "%2F")).circle())
                .isEqualTo(PublicKey.of(point));
        assertThat(endpoint("ws://h/" + base64).circle()).isEqualTo(PublicKey.of(point));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ws://h",
                "ws://h/",
                "ws://h/shop",
                "ws://h/02c6047f",
                "ws://h//",
                "ws://h/%2F"
            })
    void anyOtherPathNamesNoCircle(String address) {
        assertThat(endpoint(address).circle()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "h",
                "ws://h/",
                "ws://h?x",
                "ws://x@h",
                "ws://h:81",
                "wss://h",
                "ws://h ",
                "ws:"
            })
    void anotherTextIsNotItsOrigin(String text) {
        assertThat(endpoint("ws://h/path").isOriginOf(text)).isFalse();
    }
}
