package io.circles.script.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
    private static final AllowList EVERYTHING_WITH_A_NAME = AllowList.of(List.of("*"));

    @ParameterizedTest(name = "[{0}]")
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "http://example.com, http://example.com/, example.com:80",
                "HTTPS://API.Example.COM/A?b=C#d, https://api.example.com/A?b=C, api.example.com:443",
                "https://example.com.:443/, https://example.com/, example.com:443",
                "http://example.com:8080?q, http://example.com:8080/?q, example.com:8080",
                "http://xn--bcher-kva.example/, http://xn--bcher-kva.example/, xn--bcher-kva.example:80",
                "http://127.0.0.1:81/, http://127.0.0.1:81/, 127.0.0.1:81",
                "http://[2606:4700:0:0::1111]/, http://[2606:4700:0:0::1111]/, [2606:4700:0:0::1111]:80",
                "http://a.b/ä b|{c}?\"x\", http://a.b/%C3%A4%20b%7C%7Bc%7D?%22x%22, a.b:80",
                "http://a.b/%2e%2e/c, http://a.b/%2e%2e/c, a.b:80",
                "http://a.b//evil.example/, http://a.b//evil.example/, a.b:80"
            })
    void aUrlHasOneReading(String url, String read, String name) {
        assertThat(Target.parse(url).url()).isEqualTo(read);
        assertThat(Target.parse(url).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "example.com",
                "//example.com/",
                "/path",
                "http:",
                "http://",
                "http:///path",
                "http:example.com",
                "ftp://example.com/",
                "file:///etc/passwd",
                "jar:http://example.com!/",
                "data:text/plain,x",
                "http://user@example.com/",
                "http://user:password@example.com/",
                "http://@example.com/",
                "http://example.com:0/",
                "http://example.com:65536/",
                "http://example.com:99999999999/",
                "http://example.com:x/",
                "http://exa mple.com/",
                "http://example.com\\@evil.example/",
                "http:\\\\example.com/",
                "http://example.com/\n",
                "http://example.com/a\r\nHost: b",
                "http://bücher.example/",
                "http://１２７.0.0.1/",
                "http://127。0.0.1/",
                "http://ⓛocalhost/",
                "http://%6cocalhost/",
                "http://example.com%00.evil.example/",
                "http://example..com/",
                "http://.example.com/",
                "http://*.example.com/",
                "http://a_b.example/",
                "http://example.com/%",
                "http://example.com/%zz"
            })
    void whatCouldBeReadInTwoWaysIsRefused(String url) {
        assertThatExceptionOfType(HttpFetchException.class).isThrownBy(() -> Target.parse(url));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://2130706433/",
                "http://0x7f000001/",
                "http://0x7f.0.0.1/",
                "http://0177.0.0.1/",
                "http://017700000001/",
                "http://127.1/",
                "http://127.0.1/",
                "http://127.0.0.01/",
                "http://010.0.0.1/",
                "http://127.0.0.1./",
                "http://127.0.0.1/",
                "http://0/",
                "http://0.0.0.0/",
                "http://8.8.8.8/",
                "http://256.256.256.256/",
                "http://1.2.3.4.5/",
                "http://example.1/",
                "http://[::1]/",
                "http://[::]/",
                "http://[0:0:0:0:0:0:0:1]/",
                "http://[::ffff:127.0.0.1]/",
                "http://[::FFFF:7F00:1]/",
                "http://[::ffff:8.8.8.8]/",
                "http://[::127.0.0.1]/",
                "http://[64:ff9b::127.0.0.1]/",
                "http://[fe80::1%25eth0]/",
                "http://[fe80::1%eth0]/",
                "http://[::1.]/",
                "http://[]/",
                "http://[v1.x]/",
                "http://[2606:4700::1111]/"
            })
    void noAddressIsReachedThroughAPatternHoweverItIsWritten(String url) {
        assertThatThrownBy(() -> EVERYTHING_WITH_A_NAME.reachOf(Target.parse(url)))
                .isInstanceOf(HttpFetchException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost/", "http://LOCALHOST./", "http://x.localhost/"})
    void aPatternReachesThisMachineByNoName(String url) {
        assertThat(EVERYTHING_WITH_A_NAME.reachOf(Target.parse(url))).isEqualTo(Reach.PUBLIC);
    }

    @ParameterizedTest(name = "[{0}]")
    @CsvSource({
        "?c=d, http://a.b/x/y?c=d",
        "'', http://a.b/x/y?q",
        "z, http://a.b/x/z",
        "/z, http://a.b/z",
        "../../../z, http://a.b/z",
        "../..?q=/../a, http://a.b/?q=/../a",
        "//c.d/z, http://c.d/z",
        "https://c.d, https://c.d/",
        "/a b, http://a.b/a%20b",
        "/Ã¤, http://a.b/%C3%A4"
    })
    void aRedirectIsRelativeToWhereItStands(String location, String url) {
        assertThat(Target.parse("http://a.b/x/y?q").resolve(location).url()).isEqualTo(url);
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "http://u:p@c.d/", "http://[", "ftp://c.d/"})
    void aRedirectIsReadAsStrictly(String location) {
        assertThatExceptionOfType(HttpFetchException.class)
                .isThrownBy(() -> Target.parse("http://a.b/").resolve(location));
    }

    @Test
    void aUrlIsNotEndless() {
        assertThatExceptionOfType(HttpFetchException.class)
                .isThrownBy(() -> Target.parse("http://a.b/" + "x".repeat(16 * 1024)))
                .withMessage("a URL has at most 16384 characters");
        assertThatExceptionOfType(HttpFetchException.class)
                .isThrownBy(() -> Target.parse("http://" + "x.".repeat(130) + "y/"))
                .withMessage("the host in the URL is too long");
    }
}
