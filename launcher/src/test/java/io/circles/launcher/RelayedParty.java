package io.circles.launcher;

import io.circles.client.CircleClient;
import io.circles.client.RelayGroup;
import io.circles.client.RelaySession;
import io.circles.client.RoundMessages;
import io.circles.protocol.RelayApi;
import io.circles.protocol.crypto.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// A party of a relay session that drops and comes back as its test wants. For one thread at a
/// time.
final class RelayedParty implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofMinutes(1);

    final KeyPair key;
    final RelayGroup group;
    private final LastingCircle circle;
    RelaySession session;
    private CircleClient client;

    private RelayedParty(
            LastingCircle circle,
            KeyPair key,
            CircleClient client,
            RelayGroup group,
            RelaySession session) {
        this.circle = circle;
        this.key = key;
        this.client = client;
        this.group = group;
        this.session = session;
    }

    /// What a party does.
    interface Doing<T> {
        T by(RelayedParty party) throws InterruptedException;
    }

    /// Three of them, in a new session that makes a key, all with a seat.
    static List<RelayedParty> seated(LastingCircle circle) throws Exception {
        KeyPair key = SigningCircle.newKey();
        CircleClient client = circle.client(key).connect();
        RelayGroup group = client.relay().create("three", 3, 1);
        RelaySession session = group.create(RelayApi.KEYGEN);
        List<RelayedParty> parties =
                List.of(
                        new RelayedParty(circle, key, client, group, session),
                        joining(circle, group.id(), session.id()),
                        joining(circle, group.id(), session.id()));
        all(parties, party -> party.session.signUp(PATIENCE));
        return parties;
    }

    private static RelayedParty joining(LastingCircle circle, String groupId, String sessionId)
            throws InterruptedException {
        KeyPair key = SigningCircle.newKey();
        CircleClient client = circle.client(key).connect();
        RelayGroup group = client.relay().join(groupId);
        return new RelayedParty(circle, key, client, group, group.join(sessionId, RelayApi.KEYGEN));
    }

    /// All do something at the same time.
    static <T> List<T> all(List<RelayedParty> parties, Doing<T> what) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> doing =
                    parties.stream().map(party -> threads.submit(() -> what.by(party))).toList();
            List<T> done = new ArrayList<>();
            for (Future<T> one : doing) {
                done.add(done(one));
            }
            return done;
        }
    }

    private static <T> T done(Future<T> one) throws Exception {
        try {
            return one.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    CircleClient client() {
        return client;
    }

    /// Broadcasts a word and its number, and waits for the others.
    RoundMessages says(int round, String word) throws InterruptedException {
        return session.round(round).broadcast(word + session.number()).collect(PATIENCE);
    }

    void drop() {
        client.close();
    }

    void comeBack() throws InterruptedException {
        client = circle.client(key).connect();
        client.relay().rejoin(group);
    }

    @Override
    public void close() {
        client.close();
    }
}
