package io.circles.script.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowListTest {
    @ParameterizedTest(name = "{0} allows {1}")
    @CsvSource({
        "api.example.com, https://api.example.com/, PUBLIC",
        "api.example.com, http://api.example.com/, PUBLIC",
        "api.example.com, http://api.example.com:443/, PUBLIC",
        "API.Example.com, https://api.EXAMPLE.com./, PUBLIC",
        "*.example.com, https://a.b.example.com/, PUBLIC",
        "api-*.example.com, https://api-1.example.com/, PUBLIC",
        "*, https://example.com/, PUBLIC",
        "*:8080, http://example.com:8080/, PUBLIC",
        "*, http://localhost/, PUBLIC",
        "loc*, http://localhost/, PUBLIC",
        "localhost, http://localhost/, LOOPBACK",
        "localhost:3000, http://LocalHost.:3000/, LOOPBACK",
        "127.0.0.1:8080, http://127.0.0.1:8080/, LISTED",
        "8.8.8.8, https://8.8.8.8/, LISTED",
        "'[::1]:8080', 'http://[0:0::1]:8080/', LISTED",
        "'[0:0:0:0:0:0:0:1]', 'http://[::1]/', LISTED"
    })
    void anEntryAllowsWhatItNames(String entry, String url, Reach reach) {
        assertThat(AllowList.of(List.of(entry)).reachOf(Target.parse(url))).isEqualTo(reach);
    }

    @ParameterizedTest(name = "{0} does not allow {1}")
    @CsvSource({
        "api.example.com, https://example.com/",
        "api.example.com, https://xapi.example.com/",
        "api.example.com, https://api.example.com.evil.example/",
        "api.example.com, https://apixexample.com/",
        "api.example.com, https://api.example.com:8443/",
        "api.example.com:8443, https://api.example.com/",
        "api.example.com:844, https://api.example.com:8443/",
        "*.example.com, https://example.com/",
        "*.example.com, https://a.example.com.evil/",
        "*, https://example.com:8080/",
        "*, http://127.0.0.1/",
        "*, 'http://[::1]/'",
        "127.*, http://127.0.0.1/",
        "127.0.0.1, http://127.0.0.2/",
        "127.0.0.1:8080, http://127.0.0.1/",
        "localhost, http://127.0.0.1/",
        "localhost:3000, http://localhost:3001/",
        "127.0.0.1, http://localhost/"
    })
    void anEntryAllowsNothingElse(String entry, String url) {
        Target target = Target.parse(url);

        assertThatExceptionOfType(HttpFetchException.class)
                .isThrownBy(() -> AllowList.of(List.of(entry)).reachOf(target))
                .withMessage("not in the circle's allow-list: " + target.name());
    }

    @Test
    void anEmptyListAllowsNothing() {
        assertThatExceptionOfType(HttpFetchException.class)
                .isThrownBy(() -> AllowList.EMPTY.reachOf(Target.parse("https://example.com/")));
    }

    @Test
    void theMostExactEntryDecidesInWhateverOrder() {
        Target target = Target.parse("http://localhost/");

        assertThat(AllowList.of(List.of("*", "localhost")).reachOf(target))
                .isEqualTo(Reach.LOOPBACK);
        assertThat(AllowList.of(List.of("localhost", "*")).reachOf(target))
                .isEqualTo(Reach.LOOPBACK);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " example.com",
                "https://example.com",
                "example.com/path",
                "user@example.com",
                "example.com.",
                ".example.com",
                "example..com",
                "example.com:",
                "example.com:0",
                "example.com:65536",
                "example.com:999999",
                "example.com:*",
                "bücher.example",
                "a_b.example",
                "127.1",
                "0177.0.0.1",
                "10.0.0.0/8",
                "::1",
                "[::1",
                "[127.0.0.1]",
                "[::ffff:127.0.0.1]",
                "[fe80::1%eth0]"
            })
    void whatIsNoEntryIsRefusedByName(String entry) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AllowList.of(List.of("example.com", entry)))
                .withMessageStartingWith("'" + entry + "' is no allowed host");
    }
}
