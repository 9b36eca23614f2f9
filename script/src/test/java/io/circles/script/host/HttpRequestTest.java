package io.circles.script.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRequestTest {
    private static final String URL = "https://example.com/";

    @ParameterizedTest
    @ValueSource(strings = {"GET", "head", "Post", "PUT", "patch", "DELETE"})
    void aMethodIsKeptInUpperCase(String method) {
        assertThat(request(method, List.of()).method()).isUpperCase().isEqualToIgnoringCase(method);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "OPTIONS", "CONNECT", "TRACE", "TRACK", "GET /x", "GET\r\nA: b"})
    void anotherMethodIsRefused(String method) {
        assertThatExceptionOfType(HttpFetchException.class)
                .isThrownBy(() -> request(method, List.of()))
                .withMessage("the method of a request is GET, HEAD, POST, PUT, PATCH or DELETE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void aBodyNeedsAMethodThatHasOne(String method) {
        assertThatExceptionOfType(HttpFetchException.class)
                .isThrownBy(() -> new HttpRequest(method, URL, List.of(), new byte[0]))
                .withMessage("a %s request has no body", method);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "connection",
                "Content-Length",
                "Transfer-Encoding",
                "UPGRADE",
                "Proxy-Authorization",
                "proxy-connection",
                "Expect",
                "TE",
                "Trailer",
                "Keep-Alive",
                "Accept-Encoding",
                "Via",
                "HTTP2-Settings",
                "Sec-Fetch-Site"
            })
    void whatBelongsToTheConnectionIsNotTheScripts(String name) {
        assertThatExceptionOfType(HttpFetchException.class)
                .isThrownBy(() -> request("GET", List.of(new HttpHeader(name, "x"))))
                .withMessage("a script cannot set the header " + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "A B", "A:", "A\r\nB", "A\0", "Ä", "Host ", "\tHost"})
    void aNameIsAToken(String name) {
        assertThatExceptionOfType(HttpFetchException.class)
                .isThrownBy(() -> request("GET", List.of(new HttpHeader(name, "x"))))
                .withMessage("a header's name is not a token of HTTP");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nB: c", "a\nb", "a\rb", "a\0b", "\u007f", "\u0085", "€", "\u010a"})
    void aValueHasNoLineBreakAndIsNotEchoed(String value) {
        assertThatExceptionOfType(HttpFetchException.class)
                .isThrownBy(() -> request("GET", List.of(new HttpHeader("A", value))))
                .withMessageStartingWith("the header A has a line break")
                .withMessageNotContaining(value);
    }

    @Test
    void headersAreBounded() {
        assertThatExceptionOfType(HttpFetchException.class)
                .isThrownBy(() -> request("GET", copies(101, new HttpHeader("A", ""))));
        assertThatExceptionOfType(HttpFetchException.class)
                .isThrownBy(() -> request("GET", List.of(new HttpHeader("A", "x".repeat(65_536)))));
        assertThat(request("GET", copies(100, new HttpHeader("A", "ä\t"))).headers()).hasSize(100);
    }

    @Test
    void itsTextHasNothingOfTheScript() {
        assertThat(request("GET", List.of(new HttpHeader("Authorization", "s"))))
                .hasToString("HttpRequest[GET]");
    }

    private static List<HttpHeader> copies(int count, HttpHeader header) {
        return Collections.nCopies(count, header);
    }

    private static HttpRequest request(String method, List<HttpHeader> headers) {
        return new HttpRequest(method, URL, headers, null);
    }
}
