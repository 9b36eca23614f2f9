package io.circles.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginTest {
    @ParameterizedTest
    @CsvSource({
        "ws://127.0.0.1:9001, ws://127.0.0.1:9001",
        "ws://example.com, ws://example.com",
        "ws://example.com:80, ws://example.com",
        "wss://example.com:443, wss://example.com",
        "wss://example.com:80, wss://example.com:80",
        "ws://example.com:443, ws://example.com:443",
        "WSS://Shop.Example.COM:8443, wss://shop.example.com:8443",
        "ws://[::1]:9001, ws://[::1]:9001",
        "ws://[0:0:0:0:0:0:0:1]:9001, ws://[::1]:9001",
        "ws://[2001:DB8::0:1], ws://[2001:db8::1]",
        "ws://[2001:db8:0:0:1:0:0:1], ws://[2001:db8::1:0:0:1]",
        "ws://[2001:db8:0:1:1:1:1:1], ws://[2001:db8:0:1:1:1:1:1]",
        "ws://[1:0:0:2:0:0:0:3], ws://[1:0:0:2::3]",
        "ws://[fe80:0:0:0:0:0:0:0], ws://[fe80::]",
        "ws://[::], ws://[::]"
    })
    void anOriginHasOneSpelling(String text, String spelling) {
        Origin origin = Origin.parse(text);

        assertThat(origin).hasToString(spelling);
        assertThat(Origin.parse(spelling)).isEqualTo(origin);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "example.com",
                "//example.com",
                "http://example.com",
                "https://example.com",
                "wsx://example.com",
                "ws:example.com",
                "ws://",
                "ws:///",
                "ws://example.com/",
                "ws://example.com/path",
                "ws://example.com?q",
                "ws://example.com#f",
                "ws://user@example.com",
                "ws://user:pw@example.com",
                "ws://example.com:70000",
                "ws://example.com:0",
                "ws://example.com:x",
                "ws://a b",
                "null",
                "*",
                "ws://[::1",
                "ws://[::g]",
                "ws://*.example.com"
            })
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> Origin.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ws:// or wss://");
    }

    @ParameterizedTest
    @CsvSource({
        "ws://example.com, example.com",
        "ws://example.com, example.com:80",
        "ws://example.com, Example.COM",
        "ws://example.com, example.com:",
        "wss://example.com, example.com",
        "wss://example.com, example.com:443",
        "ws://127.0.0.1:9001, 127.0.0.1:9001",
        "ws://[::1]:9001, [::1]:9001",
        "ws://[::1]:9001, [0:0:0:0:0:0:0:1]:9001",
        "ws://[2001:db8::1], '[2001:DB8::1]'",
    })
    void aHostHeaderNamesItsOrigin(String origin, String header) {
        assertThat(Origin.parse(origin).isNamedBy(header)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "ws://example.com, ''",
        "ws://example.com, example.com:443",
        "ws://example.com, example.com:9001",
        "ws://example.com, evil.com",
        "ws://example.com, evil-example.com",
        "ws://example.com, example.com.evil.com",
        "ws://example.com, user@example.com",
        "ws://example.com, example.com/path",
        "ws://example.com, example.com/",
        "ws://example.com, example.com?q",
        "ws://example.com, example.com#f",
        "ws://example.com, 'example.com, evil.com'",
        "ws://example.com, 'example.com '",
        "wss://example.com, example.com:80",
        "ws://127.0.0.1:9001, 127.0.0.1",
        "ws://127.0.0.1:9001, 127.0.0.1:9002",
        "ws://127.0.0.1:9001, localhost:9001",
        "ws://[::1]:9001, ::1:9001",
        "ws://[::1]:9001, [::2]:9001"
    })
    void aHostHeaderNamesNoOther(String origin, String header) {
        assertThat(Origin.parse(origin).isNamedBy(header)).isFalse();
    }

    @Test
    void aPageHasTheOriginThatItDials() {
        assertThat(Origin.ofPage("https://shop.example.com"))
                .isEqualTo(Origin.parse("wss://shop.example.com"));
        assertThat(Origin.ofPage("http://localhost:3000"))
                .isEqualTo(Origin.parse("ws://localhost:3000"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "",
                "file://",
                "//localhost",
                "ws://localhost",
                "httpx://localhost",
                "http://localhost/",
                "http://user@localhost",
                "chrome-extension://abc",
                "*"
            })
    void whatIsNoPageHasNone(String header) {
        assertThat(Origin.ofPage(header)).isNull();
    }

    @Test
    void anAddressThatListensIsAnOrigin() {
        assertThat(Origin.ws("127.0.0.1", 9001)).hasToString("ws://127.0.0.1:9001");
        assertThat(Origin.ws("127.0.0.1", 80)).hasToString("ws://127.0.0.1");
        assertThat(Origin.ws("LocalHost", 9001)).hasToString("ws://localhost:9001");
        assertThat(Origin.ws("0:0:0:0:0:0:0:1", 9001)).hasToString("ws://[::1]:9001");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ws://localhost",
                "ws://LOCALHOST:1",
                "ws://127.0.0.1",
                "ws://127.9.9.9",
                "ws://[::1]"
            })
    void loopbackIsKnown(String origin) {
        assertThat(Origin.parse(origin).isLoopback()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ws://localhost.example.com", "ws://10.0.0.1", "ws://127.example.com",
                "ws://128.0.0.1", "ws://[::2]", "ws://0.0.0.0"
            })
    void theRestOfTheWorldIsNot(String origin) {
        assertThat(Origin.parse(origin).isLoopback()).isFalse();
    }
}
