package io.circles.script.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyReaderTest {
    private static final long LIMIT = 1_000_000;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8_191, 8_192, 8_193, 1_000_000})
    void aBodyIsReadToItsEnd(int length) throws IOException {
        byte[] body = new byte[length];

        assertThat(read(new ByteArrayInputStream(body), false)).isEqualTo(body);
        assertThat(read(new ByteArrayInputStream(gzip(body)), true)).isEqualTo(body);
    }

    @Test
    void severalMembersAreOneBody() throws IOException {
        byte[] a = gzip("a".getBytes(UTF_8));
        byte[] b = gzip("b".getBytes(UTF_8));

        assertThat(
                        read(
                                new SequenceInputStream(
                                        new ByteArrayInputStream(a), new ByteArrayInputStream(b)),
                                true))
                .asString(UTF_8)
                .startsWith("a");
        assertThat(read(new ByteArrayInputStream(joined(a, b)), true))
                .asString(UTF_8)
                .isEqualTo("ab");
    }

    @Test
    void anEmptyBodyIsNotUnpacked() throws IOException {
        assertThat(read(InputStream.nullInputStream(), true)).isEmpty();
    }

    @Test
    void anEndlessBodyIsReadNoFurtherThanTheBudget() {
        assertOverBudget(new Endless(), false);
    }

    @Test
    void whatUnpacksToMoreThanTheBudgetStopsThere() throws IOException {
        byte[] bomb = gzip(new byte[100_000_000]);
        var wire = new ByteArrayInputStream(bomb);

        assertOverBudget(wire, true);
        assertThat(wire.available()).isGreaterThan(bomb.length / 2);
    }

    @Test
    void whatUnpacksToNothingCountsAsItIsOnTheWire() {
        byte[] header = {0x1f, (byte) 0x8b, 8, 8, 0, 0, 0, 0, 0, 0};

        // a file's name without an end
        assertOverBudget(
                new SequenceInputStream(new ByteArrayInputStream(header), new Endless()), true);
    }

    @Test
    void aRowOfEmptyMembersIsRefusedBeforeTheStackIsFull() throws IOException {
        byte[] empty = gzip(new byte[0]);
        byte[][] row = new byte[40_000][];
        Arrays.fill(row, empty);

        assertThatExceptionOfType(ZipException.class)
                .isThrownBy(() -> read(new ByteArrayInputStream(joined(row)), true));
    }

    @Test
    void brokenGzipIsAnError() throws IOException {
        byte[] whole = gzip("some text".getBytes(UTF_8));
        byte[] cut = Arrays.copyOf(whole, whole.length - 9);

        assertThatExceptionOfType(EOFException.class)
                .isThrownBy(() -> read(new ByteArrayInputStream(cut), true));
        assertThatExceptionOfType(ZipException.class)
                .isThrownBy(() -> read(new ByteArrayInputStream("text".getBytes(UTF_8)), true));
    }

    @Test
    void theBiggerOfBothSizesIsTaken() throws IOException {
        var budget = new HttpBudget(1, 1_000);
        new BodyReader(budget).read(new ByteArrayInputStream(gzip(new byte[999])), true);

        budget.takeBytes(1);
        assertThatExceptionOfType(CircleException.class).isThrownBy(() -> budget.takeBytes(1));
    }

    @ParameterizedTest(name = "[{0}]")
    @CsvSource({
        "gzip, true",
        "' GZIP ', true",
        "x-gzip, true",
        "'', false",
        "identity, false",
        "deflate, false",
        "'gzip, gzip', false"
    })
    void onlyOneLayerOfGzipIsUnpacked(String coding, boolean packed) {
        assertThat(BodyReader.isPacked(List.of(new HttpHeader("content-ENCODING", coding))))
                .isEqualTo(packed);
    }

    @Test
    void withoutACodingOrWithTwoNothingIsUnpacked() {
        HttpHeader gzip = new HttpHeader("Content-Encoding", "gzip");

        assertThat(BodyReader.isPacked(List.of())).isFalse();
        assertThat(BodyReader.isPacked(List.of(gzip, gzip))).isFalse();
    }

    private static void assertOverBudget(InputStream wire, boolean packed) {
        assertThatExceptionOfType(CircleException.class)
                .isThrownBy(() -> read(wire, packed))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.HTTP))
                .satisfies(
                        e ->
                                assertThat(e.error().data().path("used").asLong())
                                        .isBetween(LIMIT + 1, LIMIT + 8_192));
    }

    private static byte[] read(InputStream wire, boolean packed) throws IOException {
        return new BodyReader(new HttpBudget(1, LIMIT)).read(wire, packed);
    }

    private static byte[] joined(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        }
        return packed.toByteArray();
    }

    private static final class Endless extends InputStream {
        @Override
        public int read() {
            return 'a';
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            Arrays.fill(bytes, offset, offset + length, (byte) 'a');
            return length;
        }
    }
}
