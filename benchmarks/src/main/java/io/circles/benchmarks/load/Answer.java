package io.circles.benchmarks.load;

import java.nio.charset.StandardCharsets;

/// What a request has to be answered with: a text that stands somewhere in the answer, or anything
/// at all.
///
/// Looking for a few bytes is all the parsing that the generator can afford; the text is chosen so
/// that no wrong answer has it.
public final class Answer {
    private final byte[] part;

    private Answer(String part) {
        this.part = part.getBytes(StandardCharsets.UTF_8);
    }

    /// A result whose output is `text`, which is written as in JSON.
    public static Answer output(String text) {
        return new Answer("\"output\":\"" + text + "\"");
    }

    /// A result, whatever it is.
    public static Answer result() {
        return new Answer("\"result\":");
    }

    /// Result or error.
    public static Answer any() {
        return new Answer("\"jsonrpc\"");
    }

    /// Whether the bytes of `frame` between `from` and `to` have it.
    boolean isIn(byte[] frame, int from, int to) {
        for (int at = from; at <= to - part.length; at++) {
            int same = 0;
            while (same < part.length && frame[at + same] == part[same]) {
                same++;
            }
            if (same == part.length) {
                return true;
            }
        }
        return false;
    }
}
