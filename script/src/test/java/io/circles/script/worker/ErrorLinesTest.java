package io.circles.script.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ErrorLinesTest {
    @Test
    void theFirstLinesAreKeptAndAllIsRead() {
        String text = "one\ntwo\nthree\nfour\n" + "x".repeat(100_000) + "\nlast\n";
        var in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        ErrorLines lines = new ErrorLines(1, in);
        lines.read();
        assertThat(lines.summary()).isEqualTo("one two three");
        assertThat(in.available()).isZero();
    }
}
