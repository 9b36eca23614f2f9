package io.circles.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.RelayApi;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// One run of a threshold protocol: parties with numbers, who send each other messages in rounds.
/// Made by [RelayGroup]; it outlives the connection, see [Relay#rejoin]. Thread-safe.
///
/// When the session is aborted or expires, all that wait in it and all later calls fail with
/// [RelaySessionEndedException]. While a client connects again, or renews its log-in, those who
/// wait go on waiting; when it does neither, they fail with [ConnectionLostException], or
/// [ErrorCode#SESSION_EXPIRED], until the group is back. A request in flight fails in any case.
public final class RelaySession {
    static final int MAX_NUMBER = 65_535;

    private final RelayGroup group;
    private final RelayApi.Session wire;
    private final HeardSession heard;
    private volatile int number;

    RelaySession(RelayGroup group, RelayApi.Session wire, HeardSession heard) {
        this.group = group;
        this.wire = wire;
        this.heard = heard;
    }

    /// Its id, a UUID: whoever is to sign with it needs it.
    public String id() {
        return wire.uuid();
    }

    /// [RelayApi#KEYGEN] or [RelayApi#SIGN].
    public String kind() {
        return wire.kind();
    }

    /// What its maker gave it; JSON's null when that was nothing.
    public JsonNode value() {
        return wire.value();
    }

    /// Takes a seat, and waits until all are taken: as many as the group has parties to make a
    /// key, one more than its threshold to sign. To be called again after a timeout or a return;
    /// the seat stays the same.
    ///
    /// @return this party's number, from 1
    /// @throws RelayTimeoutException when not all seats were taken in time
    /// @throws CircleException what the circle answered; [ErrorCode#RELAY_FULL] when there is no
    ///     seat, [ErrorCode#RELAY_NOT_MEMBER] when none is for this key
    /// @throws ClientException when no answer came
    public int signUp(Duration timeout) throws InterruptedException {
        return seat("Session.signup", new RelayApi.OfSession(group.id(), id(), kind()), timeout);
    }

    /// Takes the seat of a certain number, such as that of a saved share of a key, and waits until
    /// all are taken; otherwise as [#signUp].
    ///
    /// @param share 1 to as many as the group has parties
    /// @throws RelayTimeoutException when not all seats were taken in time
    /// @throws CircleException what the circle answered; [ErrorCode#RELAY_BAD_PARTY] when another
    ///     has that number, or this party another number
    /// @throws ClientException when no answer came
    public void load(int share, Duration timeout) throws InterruptedException {
        seat("Session.load", new RelayApi.LoadParty(group.id(), id(), kind(), share), timeout);
    }

    /// Says by which index others call this party as a receiver, in a session that signs.
    ///
    /// @throws IllegalStateException before this party has a seat
    /// @throws CircleException what the circle answered
    /// @throws ClientException when no answer came
    public void participant(int index) throws InterruptedException {
        tell("Session.participant", new RelayApi.MapParticipant(group.id(), id(), index, number()));
    }

    /// This party's number.
    ///
    /// @throws IllegalStateException before it has a seat
    public int number() {
        int mine = number;
        if (mine == 0) {
            throw new IllegalStateException(
                    "this party has no seat yet: sign up, or load a number");
        }
        return mine;
    }

    /// The numbers of all parties, sorted; none until all seats are taken.
    public List<Integer> parties() {
        return heard.parties();
    }

    /// The parties whose connection is lost, with the time until which each can come back.
    public Map<Integer, Instant> away() {
        return heard.away();
    }

    /// A round of the protocol, to be filled and sent.
    ///
    /// @param round 0 to 65,535; each once, in any order
    public Round round(int round) {
        if (round < 0 || round > MAX_NUMBER) {
            throw new IllegalArgumentException("a round is from 0 to 65535, not " + round);
        }
        return new Round(this, round);
    }

    /// The message that came first and was not taken yet, of whatever round; waits for one. For
    /// protocols that know whom to expect; [Round#collect] takes from the same messages.
    ///
    /// @throws RelayTimeoutException when none came in time
    /// @throws RelaySessionEndedException when the session is over
    /// @throws ClientException when the connection is lost
    public RelayMessage receive(Duration timeout) throws InterruptedException {
        return heard.receive(timeout);
    }

    /// Says that this party is done.
    ///
    /// @throws IllegalStateException before this party has a seat
    /// @throws CircleException what the circle answered
    /// @throws ClientException when no answer came
    public void finish() throws InterruptedException {
        tell("Session.finish", new RelayApi.FinishParty(group.id(), id(), number()));
    }

    /// Waits until all parties are done.
    ///
    /// @throws RelayTimeoutException when not all were in time
    /// @throws RelaySessionEndedException when the session failed
    /// @throws ClientException when the connection is lost
    public void awaitClosed(Duration timeout) throws InterruptedException {
        heard.awaitClosed(timeout);
    }

    /// Ends the session for everybody, such as when another party does not keep to the protocol.
    ///
    /// @param reason for the others, at most 1,000 characters
    /// @param accused the numbers of the parties that are to blame, if any
    /// @throws CircleException what the circle answered
    /// @throws ClientException when no answer came
    public void abort(String reason, Collection<Integer> accused) throws InterruptedException {
        tell(
                "Session.abort",
                new RelayApi.AbortSession(group.id(), id(), reason, List.copyOf(accused)));
    }

    List<Integer> others() {
        List<Integer> all = parties();
        if (all.isEmpty()) {
            throw new IllegalStateException("it is not known yet who the parties are: sign up");
        }
        int mine = number();
        return all.stream().filter(party -> party != mine).toList();
    }

    void send(RelayApi.Message message, Duration patience) throws InterruptedException {
        ask(
                "Session.message",
                new RelayApi.SendMessage(group.id(), id(), kind(), message),
                RelayApi.Acknowledged.class,
                patience);
    }

    RoundMessages collect(Collection<Inbox.Slot> wanted, Duration timeout, Deadline deadline)
            throws InterruptedException {
        return heard.collect(wanted, timeout, deadline);
    }

    private int seat(String method, Record params, Duration timeout) throws InterruptedException {
        Deadline deadline = Deadline.after(timeout);
        number = ask(method, params, Integer.class, timeout);
        heard.awaitParties(timeout, deadline);
        return number;
    }

    private void tell(String method, Record params) throws InterruptedException {
        ask(method, params, RelayApi.Acknowledged.class, group.requestTimeout());
    }

    /// What the circle says of a session that is over, its event has said better.
    private <T> T ask(String method, Record params, Class<T> type, Duration patience)
            throws InterruptedException {
        heard.throwIfEnded();
        try {
            return group.ask(method, params, type, patience);
        } catch (CircleException e) {
            heard.throwIfEnded();
            throw e;
        }
    }

    Duration requestTimeout() {
        return group.requestTimeout();
    }
}
