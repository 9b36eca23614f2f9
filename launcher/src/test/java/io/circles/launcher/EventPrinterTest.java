package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.client.EventGap;
import io.circles.protocol.CircleApi.Published;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.PublicKey;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventPrinterTest {
    private static final PublicKey CIRCLE = SigningCircle.newKey().publicKey();

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final AtomicInteger ends = new AtomicInteger();

    private EventPrinter printer(boolean json, long count) {
        return new EventPrinter(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                json,
                count,
                ends::incrementAndGet);
    }

    private static Published event(long seq, String topic) {
        return new Published("s", topic, Json.object().put("n", seq), seq, seq - 1);
    }

    @Test
    void peopleGetEventsOnStandardOutputAndAllElseOnStandardError() {
        EventPrinter printer = printer(false, 10);
        printer.listening(List.of("a*", "b"), CIRCLE);
        printer.event(event(4, "a\n\u001b"));
        printer.gap("a*", new EventGap(4, 9));
        printer.gap("a*", new EventGap(9, 2));

        assertThat(out.toString()).isEqualTo("4  a\\u{a}\\u{1b}  {\"n\":4}\n");
        assertThat(err.toString())
                .isEqualTo(
                        """
                        listening for a*, b
                        in the circle %s
                        a*: some events are missing after 4, up to 9
                        a*: the circle's numbers have begun anew after 9, at 2
                        """
                                .formatted(CIRCLE));
    }

    @Test
    void programsGetALineOfJsonForEverything() {
        EventPrinter printer = printer(true, 10);
        printer.listening(List.of("a"), CIRCLE);
        printer.event(event(4, "a"));
        printer.gap("a", new EventGap(4, 9));

        assertThat(out.toString())
                .isEqualTo(
                        """
                        {"event":"listening","circle":"%s","topics":["a"]}
                        {"event":"published","seq":4,"topic":"a","data":{"n":4}}
                        {"event":"gap","topic":"a","after":4,"up_to":9}
                        """
                                .formatted(CIRCLE.hex()));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void enoughIsEnough() {
        EventPrinter printer = printer(false, 2);
        printer.event(event(1, "a"));
        assertThat(ends).hasValue(0);
        printer.event(event(2, "a"));
        assertThat(ends).hasValue(1);
        printer.event(event(3, "a"));

        assertThat(out.toString()).hasLineCount(2);
    }
}
