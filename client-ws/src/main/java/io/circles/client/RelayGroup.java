package io.circles.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.Json;
import io.circles.protocol.RelayApi;
import io.circles.protocol.crypto.PublicKey;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A group of parties at a circle's relay, in which this client is a member: those who hold shares
/// of one key. Made by [Relay]; it outlives the connection, see [Relay#rejoin]. Thread-safe.
///
/// What comes for it is kept until it is taken: 64 Mi characters of messages at most, in 4,096
/// sessions. A session that would exceed that ends here, with a [RelaySessionEndedException].
public final class RelayGroup {
    private final RelayApi.Group wire;
    private final HeardGroup heard;

    RelayGroup(RelayApi.Group wire, HeardGroup heard) {
        this.wire = wire;
        this.heard = heard;
    }

    /// Its id, a UUID: whoever is to join needs it.
    public String id() {
        return wire.uuid();
    }

    /// What its maker called it.
    public String label() {
        return wire.label();
    }

    /// How many parties hold a share.
    public int parties() {
        return wire.params().parties();
    }

    /// One less than how many parties sign together.
    public int threshold() {
        return wire.params().threshold();
    }

    /// The number of the last event that came: with the group's id it is what a new process needs
    /// to come back, see [Relay#join(String, long)].
    public long after() {
        return heard.heard();
    }

    /// Makes a session in which every member may take a seat.
    ///
    /// @param kind [RelayApi#KEYGEN], which is announced to the other members, or [RelayApi#SIGN]
    /// @throws CircleException what the circle answered
    /// @throws ClientException when no answer came
    public RelaySession create(String kind) throws InterruptedException {
        return create(new RelayApi.CreateSession(id(), kind, null, null));
    }

    /// Makes a session.
    ///
    /// @param kind [RelayApi#KEYGEN], which is announced to the other members, or [RelayApi#SIGN]
    /// @param value for those who join: anything that Jackson can write as JSON, such as what is to
    ///     be signed
    /// @param participants who may take a seat: as many keys as there are seats, or more
    /// @throws IllegalArgumentException when Jackson cannot write `value`
    /// @throws CircleException what the circle answered
    /// @throws ClientException when no answer came
    public RelaySession create(String kind, @Nullable Object value, List<PublicKey> participants)
            throws InterruptedException {
        JsonNode tree = value == null ? null : Json.tree(value);
        List<String> keys = participants.stream().map(PublicKey::hex).toList();
        return create(new RelayApi.CreateSession(id(), kind, tree, keys));
    }

    private RelaySession create(RelayApi.CreateSession params) throws InterruptedException {
        return session(ask("Session.create", params));
    }

    /// Enters a session whose id is known.
    ///
    /// @param kind the session's own
    /// @throws CircleException what the circle answered; [ErrorCode#RELAY_NOT_FOUND] when there is
    ///     no such session, [ErrorCode#RELAY_ABORTED] when it has failed
    /// @throws ClientException when no answer came
    public RelaySession join(String sessionId, String kind) throws InterruptedException {
        RelayApi.OfSession params = new RelayApi.OfSession(id(), sessionId, kind);
        return session(ask("Session.join", params));
    }

    /// The next session that another member has announced, the oldest first; waits for one. Only
    /// those that make a key are announced.
    ///
    /// @throws RelayTimeoutException when none was in time
    /// @throws ClientException when the connection is lost
    public RelaySession awaitSession(Duration timeout) throws InterruptedException {
        return session(heard.awaitAnnounced(timeout));
    }

    private RelaySession session(RelayApi.Session session) {
        return new RelaySession(this, session, heard.session(session.uuid()));
    }

    /// Hears no more of the group here; the circle is told nothing. What waits in it, fails at its
    /// own time.
    public void forget() {
        heard.relay().forget(id());
    }

    HeardGroup heard() {
        return heard;
    }

    Duration requestTimeout() {
        return heard.relay().requestTimeout();
    }

    private RelayApi.Session ask(String method, Record params) throws InterruptedException {
        return ask(method, params, RelayApi.Session.class, requestTimeout());
    }

    <T> T ask(String method, Record params, Class<T> type, Duration patience)
            throws InterruptedException {
        return heard.relay().ask(method, params, type, patience);
    }
}
