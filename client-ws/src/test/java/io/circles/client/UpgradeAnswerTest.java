package io.circles.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.circles.client.DialException.RefusedUpgrade;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpgradeAnswerTest {
    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static RefusedUpgrade refused(String answer) {
        return catchThrowableOfType(RefusedUpgrade.class, () -> UpgradeAnswer.read(stream(answer)));
    }

    @Test
    void theHeadIsReadAndNoByteMore() throws IOException {
        String head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";
        ByteArrayInputStream in = stream(head + "frames");

        assertThat(UpgradeAnswer.read(in)).asString(StandardCharsets.ISO_8859_1).isEqualTo(head);
        assertThat(in.readAllBytes()).asString(StandardCharsets.ISO_8859_1).isEqualTo("frames");
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1 404 Not Found, 404, the upgrade was refused: 404 Not Found",
        "HTTP/1.1 403, 403, the upgrade was refused: 403",
        "'HTTP/1.1 503 ', 503, the upgrade was refused: 503",
        "HTTP/1.0 302 Found, 302, the upgrade was refused: 302 Found",
    })
    void anotherStatusIsARefusal(String line, int status, String message) {
        assertThat(refused(line + "\r\nContent-Length: 0\r\n\r\n"))
                .returns(status, RefusedUpgrade::status)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH\r\n\r\n",
                "\r\n\r\n",
                "HTTP/2 101 x\r\n\r\n",
                "HTTP/1.1 1o1\r\n\r\n"
            })
    void whatIsNotHttpIsARefusalWithoutStatus(String answer) {
        assertThat(refused(answer))
                .returns(0, RefusedUpgrade::status)
                .hasMessage("the answer is not HTTP");
    }

    @ParameterizedTest
    @CsvSource({
        "'Circles-Message-Limit: 1024', 1024",
        "'A: b\r\ncircles-message-limit:7 ', 7",
        "'Circles-Message-Limit: much', ",
        "'X-Circles-Message-Limit: 5', ",
        "'Circles-Message-Limit: 9999999999999999999', "
    })
    void howMuchTheCircleTakesIsWhatItSays(String headers, Long limit) {
        byte[] head = stream("HTTP/1.1 101 x\r\n" + headers + "\r\n\r\n").readAllBytes();

        assertThat(UpgradeAnswer.messageLimit(head))
                .isEqualTo(limit == null ? OptionalLong.empty() : OptionalLong.of(limit));
    }

    @Test
    void anEndlessHeadIsCutOff() {
        assertThat(refused("HTTP/1.1 101 x\r\nA: " + "a".repeat(20_000)))
                .hasMessageContaining("longer than 16384");
    }

    @Test
    void anAnswerThatBreaksOffIsAnError() {
        assertThatThrownBy(() -> UpgradeAnswer.read(stream("HTTP/1.1 101 x\r\n")))
                .isInstanceOf(EOFException.class);
    }
}
