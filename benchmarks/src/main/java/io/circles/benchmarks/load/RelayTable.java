package io.circles.benchmarks.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.KeyPair;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One session of the relay with three parties, each on a connection of its own, and what they have
/// under way. For the generator's thread.
final class RelayTable {
    static final int PARTIES = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<RelayParty> parties = new ArrayList<>();

    /// Per parity of the round, since no party is more than a round ahead of another: when each
    /// party has sent, and how many are still to have it.
    private final long[][] since = new long[2][PARTIES + 1];

    private final int[][] awaited = new int[2][PARTIES + 1];
    private long begun;

    private RelayTable() {}

    /// Connects three parties, proves their keys, and seats them in a new group's session.
    ///
    /// @throws IOException when one of them cannot be connected, or is refused something
    static RelayTable seat(URI url, List<KeyPair> keys) throws IOException {
        List<Login> logins = new ArrayList<>();
        try {
            for (KeyPair key : keys) {
                logins.add(Login.open(url, key, PATIENCE));
            }
            return seated(logins);
        } catch (IOException | RuntimeException e) {
            for (Login login : logins) {
                login.close();
            }
            throw e;
        }
    }

    private static RelayTable seated(List<Login> logins) throws IOException {
        ObjectNode create = Json.object().put("label", "bench");
        create.putObject("parameters").put("parties", PARTIES).put("threshold", 1);
        ObjectNode place = Json.object();
        place.put("group_id", result(logins.getFirst(), "Group.create", create).asText());
        for (Login login : logins.subList(1, PARTIES)) {
            result(login, "Group.join", place.deepCopy());
        }
        place.put("kind", "keygen");
        JsonNode session = result(logins.getFirst(), "Session.create", place.deepCopy());
        place.put("session_id", session.path("uuid").asText());
        RelayTable table = new RelayTable();
        for (Login login : logins) {
            int number = result(login, "Session.signup", place.deepCopy()).asInt();
            table.parties.add(new RelayParty(table, login.handOver(), place, number));
        }
        return table;
    }

    private static JsonNode result(Login login, String method, ObjectNode params)
            throws IOException {
        JsonNode answer = login.ask(method, params);
        if (!answer.has("result")) {
            throw new IOException(method + " is refused: " + answer);
        }
        return answer.path("result");
    }

    List<RelayParty> parties() {
        return parties;
    }

    /// Whether a round may begin: those that one party has begun, all must.
    ///
    /// @param over whether no new ones are wanted
    boolean begins(long round, boolean over) {
        if (round > begun && !over) {
            begun = round;
        }
        return round <= begun;
    }

    /// A party sends its message of a round now.
    void sent(long round, int sender, long now) {
        since[parity(round)][sender] = now;
        awaited[parity(round)][sender] = PARTIES - 1;
    }

    /// A party's message of a round has reached one of the others.
    ///
    /// @return how many are still to have it; less than 0 when it came too often
    int reached(long round, int sender) {
        awaited[parity(round)][sender]--;
        return awaited[parity(round)][sender];
    }

    /// When that message was sent.
    long since(long round, int sender) {
        return since[parity(round)][sender];
    }

    private static int parity(long round) {
        return (int) (round & 1);
    }
}
