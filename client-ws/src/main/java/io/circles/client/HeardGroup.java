package io.circles.client;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.RelayApi;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What this client has heard in one relay group: of its sessions, of those that others announced,
/// and up to which event. It outlives the connection: after a return it goes on with the next one.
///
/// Concurrency: `room` guards all fields; sessions have locks of their own, taken after it. Events
/// come on the reading thread of a connection; for a moment there may be two, the old connection's
/// and the new one's.
final class HeardGroup {
    /// How many sessions may be open here, and how many may be announced and not taken.
    static final int MAX_SESSIONS = 4_096;

    /// How many characters of messages may wait in all sessions together.
    static final long MAX_WAITING = 64L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(HeardGroup.class);

    private final WaitingRoom room = new WaitingRoom();
    private final Allowance allowance = new Allowance(MAX_WAITING);
    private final Map<String, HeardSession> sessions = new HashMap<>();
    private final Queue<RelayApi.Session> announced = new ArrayDeque<>();
    private Relay relay;
    private @Nullable Supplier<RuntimeException> loss;
    private long heard;

    /// @param heard the number of the last event that is known already
    /// @param relay on which more will come
    HeardGroup(long heard, Relay relay) {
        this.heard = heard;
        this.relay = relay;
    }

    /// Where to ask, and on which events come.
    Relay relay() {
        return room.look(() -> relay);
    }

    /// The number of the last event.
    long heard() {
        return room.look(() -> heard);
    }

    /// Takes an event, unless it has come before. Does not block.
    ///
    /// @param length in characters, as it came
    void hear(RelayApi.Event event, int length) {
        room.change(
                () -> {
                    if (isNew(event)) {
                        heard = event.seq();
                        take(event, length);
                    }
                });
    }

    /// When the node is gone that has the sessions, another tells that they are aborted, and has no
    /// number for that: it gives the last one.
    private boolean isNew(RelayApi.Event event) {
        return event.seq() > heard
                || (event.seq() == heard && event instanceof RelayApi.SessionAborted);
    }

    private void take(RelayApi.Event event, int length) {
        if (event instanceof RelayApi.SessionCreate(_, _, _, RelayApi.Session session)) {
            announce(session);
            return;
        }
        Optional<HeardSession> session = inside(event.sessionId());
        session.ifPresent(one -> one.hear(event, length));
        if (session.isEmpty()) {
            LOG.atWarn().log("an event is dropped: the group has too many sessions");
        }
        if (session.map(HeardSession::isOver).orElse(false)) {
            sessions.remove(event.sessionId());
        }
    }

    private void announce(RelayApi.Session session) {
        if (announced.size() < MAX_SESSIONS) {
            announced.add(session);
        } else {
            LOG.atWarn().log("an announced session is dropped: too many wait");
        }
    }

    /// A session that others have announced, the oldest first; waits for one.
    RelayApi.Session awaitAnnounced(Duration timeout) throws InterruptedException {
        return room.await(() -> Optional.ofNullable(announced.poll()), Deadline.after(timeout))
                .orElseThrow(
                        () ->
                                new RelayTimeoutException(
                                        "no session was announced", timeout, List.of()));
    }

    /// A session of the group, with whatever was heard of it before somebody asked.
    ///
    /// @throws CircleException [ErrorCode#BUSY] when too many are open
    HeardSession session(String id) {
        return room.look(() -> inside(id))
                .orElseThrow(
                        () ->
                                CircleException.limit(
                                        ErrorCode.BUSY,
                                        "too many sessions of the group are open here",
                                        MAX_SESSIONS,
                                        MAX_SESSIONS + 1L));
    }

    private Optional<HeardSession> inside(String id) {
        if (!sessions.containsKey(id) && sessions.size() < MAX_SESSIONS) {
            HeardSession session = new HeardSession(id, allowance);
            Optional.ofNullable(loss).ifPresent(session::lose);
            sessions.put(id, session);
        }
        return Optional.ofNullable(sessions.get(id));
    }

    /// A connection is lost; if it is the group's, whoever waits, and whoever comes to wait, gets
    /// this failure.
    void lose(Relay lost, Supplier<RuntimeException> why) {
        room.change(
                () -> {
                    if (lost == relay) {
                        loss = why;
                        room.lose(why);
                        sessions.values().forEach(session -> session.lose(why));
                    }
                });
    }

    /// There is a connection again, this one.
    void moveTo(Relay now) {
        room.change(
                () -> {
                    relay = now;
                    loss = null;
                    room.recover();
                    sessions.values().forEach(HeardSession::recover);
                });
    }
}
