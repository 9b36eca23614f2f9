package io.circles.server;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// Every bound of a circle: its name in circles.json, unit, default and permitted range. The one
/// table of defaults; [Limits] holds the values of one circle.
public enum Limit {
    /// A text frame of a client.
    MESSAGE(Unit.BYTES, 1 << 20, 1 << 10, 64 << 20),
    /// Requests in a batch.
    BATCH(Unit.COUNT, 100, 1, 10_000),
    /// The answer of a batch.
    BATCH_RESPONSE(Unit.BYTES, 25_000_000, 1 << 10, 256 << 20),
    /// Connections of the circle.
    CONNECTIONS(Unit.COUNT, 1_000, 1, 1_000_000),
    /// Scripts that one connection runs at once.
    RUNS(Unit.COUNT, 8, 1, 1_000),
    /// Requests of one connection that are worked on.
    IN_FLIGHT(Unit.COUNT, 32, 1, 10_000),
    /// Requests of one connection that wait.
    QUEUED(Unit.COUNT, 256, 0, 100_000),
    /// What a connection has not read yet; past that it is closed.
    OUTBOX(Unit.BYTES, 4 << 20, 1 << 10, 256 << 20),
    /// How often a connection is pinged, at least three times within `idle_ms`.
    PING_MS(Unit.MILLISECONDS, 20_000, 10, 3_600_000),
    /// How long a connection may be silent, pongs included.
    IDLE_MS(Unit.MILLISECONDS, 60_000, 20, 86_400_000),
    /// How long a log-in holds.
    SESSION_MS(Unit.MILLISECONDS, 3_600_000, 10, 30L * 86_400_000),
    /// How long a nonce can be answered.
    NONCE_MS(Unit.MILLISECONDS, 60_000, 1_000, 600_000),
    /// Failed authentications before the connection is closed.
    FAILED_AUTHENTICATIONS(Unit.COUNT, 5, 1, 1_000),
    /// Nonces in a row without a log-in before the connection is closed.
    NONCES(Unit.COUNT, 20, 1, 1_000),
    /// How long a stopping circle waits for what is in flight.
    DRAIN_MS(Unit.MILLISECONDS, 10_000, 0, 600_000),
    /// How long the body of an HTTP request may take to come.
    BODY_MS(Unit.MILLISECONDS, 10_000, 10, 600_000),

    /// How long a script may run.
    WALL_MS(Unit.MILLISECONDS, 5_000, 1, 3_600_000),
    /// Processor time of a run.
    CPU_MS(Unit.MILLISECONDS, 1_000, 1, 3_600_000),
    /// What a run may allocate, freed or not.
    MEMORY(Unit.BYTES, 256 << 20, 1 << 20, 64L << 30),
    /// JavaScript statements of a run; 0 for no limit.
    STATEMENTS(Unit.COUNT, 0, 0, 1_000_000_000_000L),
    /// A script's source, in UTF-8.
    SOURCE(Unit.BYTES, 1 << 20, 1, 64 << 20),
    /// A run's arguments as JSON.
    ARGUMENTS(Unit.BYTES, 1 << 20, 1, 64 << 20),
    /// A run's result as JSON, and what it logs.
    OUTPUT(Unit.BYTES, 1 << 20, 1, 64 << 20),
    /// Lines that a run logs.
    LOG_LINES(Unit.COUNT, 1_000, 0, 100_000),
    /// Uses of `state` in a run; each listed entry is one.
    STATE_OPERATIONS(Unit.COUNT, 10_000, 0, 10_000_000),
    /// Keys and values that a run reads and writes.
    STATE_BYTES(Unit.BYTES, 16 << 20, 0, 1 << 30),
    /// Events and other effects of a run.
    EFFECTS(Unit.COUNT, 100, 0, 100_000),
    /// What they have together.
    EFFECT_BYTES(Unit.BYTES, 1 << 20, 0, 64 << 20),
    /// HTTP requests of a run.
    HTTP_REQUESTS(Unit.COUNT, 10, 0, 10_000),
    /// What they send and receive in their bodies, together.
    HTTP_BYTES(Unit.BYTES, 4 << 20, 0, 1 << 30),
    /// All that the circle's state takes.
    STATE(Unit.BYTES, 1 << 30, 0, 1L << 40),
    /// Subscriptions of one connection.
    SUBSCRIPTIONS(Unit.COUNT, 100, 0, 10_000),

    /// Open requests to sign of one key.
    SIGN_PENDING(Unit.COUNT, 100, 1, 10_000),
    /// Open requests to sign in all.
    SIGN_PENDING_ALL(Unit.COUNT, 1_000, 1, 100_000),
    /// Requests to sign of one requester in a minute.
    SIGN_REQUESTS(Unit.COUNT, 600, 1, 10_000_000),
    /// The message of a request to sign.
    SIGN_MESSAGE(Unit.BYTES, 64 << 10, 1, 16 << 20),
    /// How long a request to sign may be open.
    SIGN_TTL_MS(Unit.MILLISECONDS, 7L * 86_400_000, 1_000, 30L * 86_400_000),

    /// The body of a webhook's delivery.
    WEBHOOK_BODY(Unit.BYTES, 512 << 10, 1 << 10, 16 << 20),
    /// Deliveries of webhooks from one address in a minute.
    WEBHOOK_REQUESTS(Unit.COUNT, 6_000, 1, 10_000_000),
    /// What is kept of webhooks' events.
    WEBHOOK_STORE(Unit.BYTES, 256 << 20, 1 << 20, 64L << 30),
    /// How often the handler of an event may fail.
    WEBHOOK_ATTEMPTS(Unit.COUNT, 8, 1, 50),
    /// The time over which these attempts are spread.
    WEBHOOK_RETRY_MS(Unit.MILLISECONDS, 86_400_000, 1, 30L * 86_400_000),

    /// Groups of the relay, on each of its endpoints.
    RELAY_GROUPS(Unit.COUNT, 1_000, 1, 100_000),
    /// Groups of the relay that one client has made.
    RELAY_GROUPS_EACH(Unit.COUNT, 100, 1, 100_000),
    /// Sessions of a group that go on.
    RELAY_SESSIONS(Unit.COUNT, 100, 1, 10_000),
    /// Parties of a group.
    RELAY_PARTIES(Unit.COUNT, 100, 2, 65_535),
    /// What a session can be created with.
    RELAY_VALUE(Unit.BYTES, 64 << 10, 16, 16 << 20),
    /// Events that wait for one member of a group; past that nobody can send it more.
    RELAY_BACKLOG(Unit.BYTES, 4 << 20, 1 << 10, 256 << 20),
    /// What the relay holds in all.
    RELAY_STORE(Unit.BYTES, 256 << 20, 1 << 20, 64L << 30),
    /// Calls of one client to the relay in a minute.
    RELAY_CALLS(Unit.COUNT, 6_000, 1, 100_000_000),
    /// How long a session lasts in which nobody does anything, and a group without members.
    RELAY_IDLE_MS(Unit.MILLISECONDS, 600_000, 100, 30L * 86_400_000),
    /// How long a group lasts in which nobody does anything and to which nobody is connected.
    RELAY_GROUP_IDLE_MS(Unit.MILLISECONDS, 86_400_000, 100, 365L * 86_400_000);

    /// What a limit counts.
    public enum Unit {
        /// In circles.json a number, or text such as `"64k"`, `"1m"`, `"2g"` (powers of 1,024).
        BYTES,
        /// A number.
        COUNT,
        /// A number; the limit's name ends in `_ms`.
        MILLISECONDS
    }

    private final Unit unit;
    private final long byDefault;
    private final long least;
    private final long most;

    Limit(Unit unit, long byDefault, long least, long most) {
        this.unit = unit;
        this.byDefault = byDefault;
        this.least = least;
        this.most = most;
    }

    /// The limit of that name, if there is one.
    public static Optional<Limit> of(String word) {
        return Arrays.stream(values()).filter(limit -> limit.word().equals(word)).findFirst();
    }

    /// Its name in circles.json.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// What it counts.
    public Unit unit() {
        return unit;
    }

    /// Its value where nothing else is said.
    public long byDefault() {
        return byDefault;
    }

    /// The smallest value it may have.
    public long least() {
        return least;
    }

    /// The largest value it may have.
    public long most() {
        return most;
    }
}
