package io.circles.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.circles.client.CheckedRequests;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignTextTest {
    private static final String EVIL =
            "\u001b[2J\u009b1A\r\nfrom      your bank\napprove? [y/N] y\u202eevil\u2028end\u0000";

    private static List<String> lines(CheckedRequests request) {
        return SignText.of(request.named("r1")).lines().toList();
    }

    private static List<String> message(byte[] bytes, String type) {
        return lines(CheckedRequests.bytes(bytes, type)).stream()
                .skip(3)
                .takeWhile(line -> !line.equals("display:"))
                .toList();
    }

    @Test
    void aRequestIsShownWithAllThatIsKnownOfIt() {
        assertThat(SignText.of(CheckedRequests.text("pay bob 10", "Pay 10 € to Bob").named("r1")))
                .isEqualTo(
                        """

                        request r1
                        message:
                          | pay bob 10
                        display:
                          | Pay 10 € to Bob
                        from      02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5
                        through   circle 0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798
                        type      text/plain
                        size      10 bytes
                        expires   2026-11-20T12:01:00Z
                        signs     tagged: the message, for this requester in this circle only
                        digest    4eaf59890dbd8b08ffab35f27e83c13157efe06ae1ec72b6ba172ab14f873448""");
    }

    @Test
    void aPlainDigestIsSaidToBeGoodAnywhere() {
        var request = CheckedRequests.bytes(new byte[] {1}, "x/y").plain("operator");

        assertThat(lines(request))
                .contains(
                        "from      operator",
                        "signs     sha256: the message alone, for whoever understands it, anywhere");
    }

    @Test
    void nothingThatATerminalObeysReachesIt() {
        var evil = CheckedRequests.text(EVIL, EVIL).plain(EVIL).typed("text/" + EVIL);

        String text = SignText.of(evil.named("r1"));

        assertThat(text)
                .matches("[ -~\\n]+")
                .contains("\\u{1b}[2J\\u{9b}1A\\u{d}", "\\u{202e}evil");
    }

    @Test
    void noLineOfOthersCanPassForOneOfOurs() {
        var evil = CheckedRequests.text(EVIL, EVIL).plain(EVIL);

        assertThat(lines(evil))
                .allMatch(
                        line ->
                                line.isEmpty()
                                        || line.startsWith("  | ")
                                        || line.startsWith("  . ")
                                        || line.matches(
                                                "(message|display|from|type):|(request|from|through|type|size|expires|signs|digest) .*"))
                .filteredOn(line -> line.startsWith("from"))
                .hasSize(1);
    }

    @Test
    void aLongLineIsNotLeftToTheTerminalToWrap() {
        String spaced = "x" + " ".repeat(35) + "from      your bank";

        assertThat(message(spaced.getBytes(UTF_8), "text/plain"))
                .containsExactly("  | x" + " ".repeat(35), "  . from      your bank");
        assertThat(message("日".repeat(40).getBytes(UTF_8), "text/plain"))
                .containsExactly("  | " + "日".repeat(18), "  . " + "日".repeat(18), "  . 日日日日");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "text/markdown; charset=utf-8",
                "application/json",
                "application/vnd.api+json",
                "Application/JSON;x=1"
            })
    void textIsReadable(String type) {
        assertThat(message("{\n\t\"é\": 1\n}".getBytes(UTF_8), type))
                .containsExactly("  | {", "  | \\u{9}\"é\": 1", "  | }");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/octet-stream", "", "application/jsonx", "image/png"})
    void theRestIsHex(String type) {
        assertThat(message("pay".getBytes(UTF_8), type)).containsExactly("  | 706179");
    }

    @Test
    void whatIsNotTheTextThatItClaimsToBeIsHex() {
        assertThat(message(new byte[] {'a', (byte) 0xff}, "text/plain"))
                .containsExactly("  | 61ff");
    }

    @Test
    void ofManyBytesOnlyTheFirstAreShown() {
        byte[] most = new byte[1024];
        byte[] more = new byte[1025];

        assertThat(message(most, "x/y")).hasSize(64).containsOnly("  | " + "00".repeat(16));
        assertThat(message(more, "x/y")).hasSize(65).endsWith("  (1 more bytes are not shown)");
        assertThat(message(HexFormat.of().parseHex("00".repeat(33)), "x/y"))
                .containsExactly("  | " + "00".repeat(16), "  | " + "00".repeat(16), "  | 00");
    }

    @Test
    void whatIsEmptyIsShownEmpty() {
        assertThat(message(new byte[0], "text/plain")).containsExactly("  | ");
        assertThat(message(new byte[0], "x/y")).containsExactly("  | ");
    }
}
