package io.circles.script.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HopTest {
    private static final List<HttpHeader> HEADERS =
            List.of(
                    new HttpHeader("Authorization", "secret"),
                    new HttpHeader("COOKIE", "secret"),
                    new HttpHeader("Content-Type", "text/plain"),
                    new HttpHeader("X-Mine", "1"));

    @ParameterizedTest(name = "{1} after {0} is {2}")
    @CsvSource({
        "301, POST, GET",
        "302, POST, GET",
        "303, POST, GET",
        "307, POST, POST",
        "308, POST, POST",
        "301, PUT, PUT",
        "302, DELETE, DELETE",
        "303, DELETE, GET",
        "303, HEAD, HEAD",
        "301, GET, GET"
    })
    void aRedirectChangesTheMethodAsBrowsersDo(int status, String method, String next) {
        byte[] body = method.equals("GET") || method.equals("HEAD") ? null : bytes();
        Hop hop = hop(method, body).after(answer(status, "/b")).orElseThrow();

        assertThat(hop.method()).isEqualTo(next);
        assertThat(hop.body()).isEqualTo(method.equals(next) ? body : null);
        assertThat(hop.headers().contains(HEADERS.get(2))).isEqualTo(method.equals(next));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://a.example/",
                "https://b.example/",
                "https://a.example:8443/",
                "//c/"
            })
    void whatProvesTheCallerStaysAtItsOrigin(String elsewhere) {
        Hop hop = hop("POST", bytes()).after(answer(307, elsewhere)).orElseThrow();

        assertThat(hop.headers()).containsExactly(HEADERS.get(2), HEADERS.get(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/b", "https://A.example:443/b", "?c"})
    void atTheSameOriginNothingIsLost(String location) {
        Hop hop = hop("POST", bytes()).after(answer(307, location)).orElseThrow();

        assertThat(hop.headers()).isEqualTo(HEADERS);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 300, 304, 305, 306, 400})
    void onlyFiveStatusesRedirect(int status) {
        assertThat(hop("GET", null).after(answer(status, "/b"))).isEmpty();
    }

    @Test
    void withoutALocationNothingIsRedirected() {
        var answer = new HttpAnswer(302, "", "https://a.example/", List.of(), bytes(), false);

        assertThat(hop("GET", null).after(answer)).isEmpty();
    }

    private static Hop hop(String method, byte[] body) {
        return Hop.first(new HttpRequest(method, "https://a.example/a", HEADERS, body));
    }

    private static HttpAnswer answer(int status, String location) {
        return new HttpAnswer(
                status,
                "",
                "https://a.example/a",
                List.of(new HttpHeader("Location", location)),
                new byte[0],
                false);
    }

    private static byte[] bytes() {
        return "body".getBytes(UTF_8);
    }
}
