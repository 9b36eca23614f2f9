package io.circles.benchmarks.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import java.io.IOException;

/// A party that broadcasts in each round and waits for the other two. For the generator's thread.
final class RelayParty {
    /// What a message carries: a kilobyte, as if it were encrypted.
    private static final String BODY = "0123456789abcdef".repeat(64);

    /// A round's number has 16 bits on the wire.
    private static final int ROUNDS = 1 << 16;

    private static final int ALL = (1 << RelayTable.PARTIES) - 1;

    private final RelayTable table;
    private final LoadConnection connection;
    private final String head;
    private final int number;

    /// Whose messages are there, a bit for each, per parity of the round; one's own is there when
    /// the circle has taken it.
    private final int[] there = new int[2];

    private long round;
    private long lastSeq;

    RelayParty(RelayTable table, LoadConnection connection, ObjectNode place, int number) {
        this.table = table;
        this.connection = connection;
        this.number = number;
        ObjectNode params = place.deepCopy();
        params.putObject("message")
                .put("sender", number)
                .put("uuid", "bench")
                .put("body", BODY)
                .put("round", "");
        ObjectNode request = Json.object().put("jsonrpc", "2.0").put("id", 1);
        request.put("method", "Session.message").set("params", params);
        String text = Json.write(request);
        this.head = text.substring(0, text.length() - "\"\"}}}".length());
    }

    LoadConnection connection() {
        return connection;
    }

    /// Begins its next round, unless no more are wanted.
    ///
    /// @param over whether no round is wanted that nobody has begun
    /// @return whether it has
    boolean next(boolean over) throws IOException {
        if (!table.begins(round + 1, over)) {
            return false;
        }
        round++;
        table.sent(round, number, System.nanoTime());
        connection.send(TextFrame.of(head + round % ROUNDS + "}}}"));
        return true;
    }

    /// Takes what has come.
    ///
    /// @return whether it ends the round that this party is in
    boolean take(String frame, Tally tally) throws IOException {
        long now = System.nanoTime();
        JsonNode came = Json.parse(frame);
        String method = came.path("method").asText();
        if (method.equals("sessionMessage")) {
            message(came.path("params"), now, tally);
        } else if (came.at("/result/accepted").asBoolean()) {
            there[parity()] |= bit(number);
        } else if (!method.equals("sessionSignup") && !method.equals("sessionCreate")) {
            tally.wrong(1, "a party was told " + frame);
        }
        note(came.path("params"), tally);
        return endsRound();
    }

    private void message(JsonNode params, long now, Tally tally) {
        JsonNode message = params.path("message");
        int sender = message.path("sender").asInt();
        int wire = message.path("round").asInt(-1);
        long of = wire == round % ROUNDS ? round : round + 1;
        int at = (int) (of & 1);
        boolean right =
                wire == of % ROUNDS
                        && sender != number
                        && (there[at] & bit(sender)) == 0
                        && message.path("body").asText().equals(BODY);
        int left = right ? table.reached(of, sender) : -1;
        if (left < 0) {
            tally.wrong(1, "in round %d a party got %s".formatted(round, params));
            return;
        }
        there[at] |= bit(sender);
        if (left == 0) {
            tally.answered(table.since(of, sender), now);
        }
    }

    /// Events are numbered without holes.
    private void note(JsonNode params, Tally tally) {
        long seq = params.path("seq").asLong(lastSeq);
        if (params.has("seq") && lastSeq != 0 && seq != lastSeq + 1) {
            tally.wrong(1, "event %d came after %d".formatted(seq, lastSeq));
        }
        lastSeq = seq;
    }

    private boolean endsRound() {
        boolean ends = there[parity()] == ALL;
        if (ends) {
            there[parity()] = 0;
        }
        return ends;
    }

    private int parity() {
        return (int) (round & 1);
    }

    private static int bit(int party) {
        return 1 << (party - 1);
    }
}
