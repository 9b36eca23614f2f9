package io.circles.launcher;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.client.EventGap;
import io.circles.protocol.CircleApi.Published;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.PublicKey;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// Prints events and gaps, a line each.
///
/// Concurrency: the threads of subscriptions call it; `lock` guards `left`, and printing.
final class EventPrinter {
    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;
    private final Runnable enough;

    private final ReentrantLock lock = new ReentrantLock();
    private long left;

    /// @param json whether programs read it: everything is then a line of JSON on standard output
    /// @param count how many events are printed
    /// @param enough is told when they are, or nobody reads any more
    EventPrinter(PrintWriter out, PrintWriter err, boolean json, long count, Runnable enough) {
        this.out = out;
        this.err = err;
        this.json = json;
        this.left = count;
        this.enough = enough;
    }

    /// The circle has agreed to tell all these topics.
    void listening(List<String> topics, PublicKey circle) {
        ArrayNode names = Json.array();
        topics.forEach(names::add);
        String words = String.join(", ", topics.stream().map(Printable::inline).toList());
        aside(
                line("listening").put("circle", circle.hex()).set("topics", names),
                "listening for %s\nin the circle %s".formatted(words, circle));
    }

    void event(Published event) {
        lock.lock();
        try {
            if (left > 0) {
                out.println(json ? json(event) : text(event));
                left--;
            }
            if (left == 0 || out.checkError()) {
                enough.run();
            }
        } finally {
            lock.unlock();
        }
    }

    private static String text(Published event) {
        String data = Printable.json(Json.write(event.data()));
        return "%d  %s  %s".formatted(event.seq(), Printable.inline(event.topic()), data);
    }

    private static String json(Published event) {
        ObjectNode line = line("published").put("seq", event.seq()).put("topic", event.topic());
        return Printable.json(Json.write(line.set("data", event.data())));
    }

    /// Events of a topic are missing.
    ///
    /// @param topic as it was asked for
    void gap(String topic, EventGap gap) {
        String what =
                gap.upTo() < gap.after()
                        ? "the circle's numbers have begun anew after %d, at %d"
                        : "some events are missing after %d, up to %d";
        aside(
                line("gap").put("topic", topic).put("after", gap.after()).put("up_to", gap.upTo()),
                Printable.inline(topic) + ": " + what.formatted(gap.after(), gap.upTo()));
    }

    private void aside(ObjectNode line, String words) {
        lock.lock();
        try {
            if (json) {
                out.println(Printable.json(Json.write(line)));
            } else {
                err.println(words);
            }
        } finally {
            lock.unlock();
        }
    }

    private static ObjectNode line(String event) {
        return Json.object().put("event", event);
    }
}
