package io.circles.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.circles.server.session.Origin;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OriginsTest {
    private static final Origin SHOP = Origin.parse("wss://shop.example.com");
    private static final Origin LOCAL = Origin.parse("ws://127.0.0.1:9001");

    private static Origins on(CircleConfig.Builder config, String address) {
        return Origins.of(
                config.build(), new InetSocketAddress(InetAddress.ofLiteral(address), 9001));
    }

    private static Origins shop(String... pages) {
        return new Origins(List.of(SHOP, LOCAL), List.of(pages));
    }

    @Test
    void aCircleOnTheLoopbackIsAlsoReachedAsLocalhost() {
        assertThat(on(TestCircles.circle(), "127.0.0.1").own())
                .extracting(Origin::toString)
                .containsExactly("ws://127.0.0.1:9001", "ws://localhost:9001");
    }

    @Test
    void aCircleOnAnotherAddressIsNot() {
        assertThat(on(TestCircles.circle().host("10.0.0.1"), "10.0.0.1").own())
                .extracting(Origin::toString)
                .containsExactly("ws://10.0.0.1:9001");
    }

    @Test
    void aNamedHostIsReachedByNameAndByNumber() {
        assertThat(on(TestCircles.circle().host("Localhost"), "127.0.0.1").own())
                .extracting(Origin::toString)
                .containsExactly("ws://localhost:9001", "ws://127.0.0.1:9001");
    }

    @Test
    void anIpv6AddressHasOneOriginHoweverItIsWritten() {
        assertThat(on(TestCircles.circle().host("0:0:0:0:0:0:0:1"), "::1").own())
                .extracting(Origin::toString)
                .containsExactly("ws://[::1]:9001", "ws://localhost:9001");
    }

    @Test
    void configuredOriginsReplaceTheAddress() {
        assertThat(on(TestCircles.circle().origins(List.of(SHOP)), "127.0.0.1").own())
                .containsExactly(SHOP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::"})
    void everyAddressNeedsOrigins(String wildcard) {
        assertThatThrownBy(() -> on(TestCircles.circle().host(wildcard), wildcard))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("origins");
        assertThat(on(TestCircles.circle().origins(List.of(SHOP)), wildcard).first())
                .isEqualTo(SHOP);
    }

    @Test
    void theHostHeaderSaysWhichOriginWasDialled() {
        assertThat(shop().dialled("shop.example.com")).contains(SHOP);
        assertThat(shop().dialled("shop.example.com:443")).contains(SHOP);
        assertThat(shop().dialled("127.0.0.1:9001")).contains(LOCAL);
        assertThat(shop().dialled("evil.example.com")).isEmpty();
        assertThat(shop().dialled("localhost:9001")).isEmpty();
        assertThat(shop().dialled(null)).isEmpty();
    }

    @Test
    void aProgramWithoutAnOriginHeaderMayConnect() {
        assertThat(shop().admits(null, SHOP)).isTrue();
    }

    @Test
    void theCirclesOwnPagesMayConnect() {
        assertThat(shop().admits("https://shop.example.com", SHOP)).isTrue();
        assertThat(shop().admits("http://127.0.0.1:9001", SHOP)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://shop.example.com",
                "https://shop.example.com:8443",
                "https://evil.com",
                "http://localhost:3000",
                "null",
                "",
                "//localhost",
                "file://",
                "https://shop.example.com/",
                "https://shop.example.com.evil.com"
            })
    void foreignPagesMayNotConnectFromOutside(String page) {
        assertThat(shop().admits(page, SHOP)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:3000", "http://127.0.0.1", "https://[::1]:5173"})
    void loopbackPagesMayConnectToACircleOnTheLoopback(String page) {
        assertThat(shop().admits(page, LOCAL)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.com", "null", "http://localhost.evil.com", "//localhost"})
    void otherPagesMayNotEvenThere(String page) {
        assertThat(shop().admits(page, LOCAL)).isFalse();
    }

    @Test
    void webOriginsWidenWhichPagesMayConnect() {
        Origins origins = shop("https://app.example.com");

        assertThat(origins.admits("https://app.example.com", SHOP)).isTrue();
        assertThat(origins.admits("https://app2.example.com", SHOP)).isFalse();
        assertThat(origins.admits("null", SHOP)).isFalse();
        assertThat(origins.admits("https://shop.example.com", SHOP)).isTrue();
    }

    @Test
    void aStarAdmitsEveryPage() {
        assertThat(shop("*").admits("https://evil.com", SHOP)).isTrue();
        assertThat(shop("*").admits("null", SHOP)).isTrue();
    }
}
