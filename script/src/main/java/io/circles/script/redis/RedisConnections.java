package io.circles.script.redis;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;

/// Opens connections to one Redis, and knows its clock and the seal of what goes through it.
/// Thread-safe; whoever opens a connection closes it.
public final class RedisConnections {
    /// How long Redis may take to answer what does not block.
    static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Duration TIME_TO_CONNECT = Duration.ofSeconds(2);
    private static final int NAME_BYTES = 4;

    private final RedisSettings settings;
    private final JedisClientConfig config;
    private final RedisClock clock;
    private final Seal seal;
    private final String self;
    private final String fingerprint;
    private final Outages outages;

    /// Opens nothing yet.
    ///
    /// @param own this machine's clock
    /// @throws RedisFailure if the certificates to trust cannot be read
    public RedisConnections(RedisSettings settings, InstantSource own, SecureRandom random) {
        this.settings = settings;
        this.config = config(settings);
        this.clock = new RedisClock(own);
        this.seal = new Seal(settings.key(), clock);
        byte[] name = new byte[NAME_BYTES];
        random.nextBytes(name);
        this.outages = new Outages(settings.address());
        this.fingerprint = settings.key().fingerprint();
        this.self = settings.node() + "-" + HexFormat.of().formatHex(name);
    }

    private static JedisClientConfig config(RedisSettings settings) {
        DefaultJedisClientConfig.Builder config =
                DefaultJedisClientConfig.builder()
                        .resp2()
                        .connectionTimeoutMillis((int) TIME_TO_CONNECT.toMillis())
                        .socketTimeoutMillis((int) PATIENCE.toMillis())
                        .database(settings.address().database())
                        .clientName("circles-" + settings.node());
        settings.user().ifPresent(config::user);
        settings.password().ifPresent(config::password);
        if (settings.address().tls()) {
            config.sslOptions(
                    settings.authority()
                            .map(TrustedCertificates::of)
                            .orElseGet(TrustedCertificates::ofTheJvm));
        }
        return config.build();
    }

    /// A new connection, after which the clock is as that of Redis. Blocks for seconds at most.
    ///
    /// @throws RedisFailure if there is none to be had
    RedisLink open() {
        RedisLink link;
        try {
            link =
                    new RedisLink(
                            new Connection(
                                    new HostAndPort(
                                            settings.address().host(), settings.address().port()),
                                    config));
        } catch (JedisException e) {
            throw RedisFailure.lost(e);
        }
        try {
            measure(link);
            return link;
        } catch (RuntimeException e) {
            link.close();
            throw e;
        }
    }

    /// Connections for short commands, of any threads; nothing is opened yet.
    ShortCommands shortCommands() {
        return new ShortCommands(settings.address(), config);
    }

    /// Asks Redis for its time.
    ///
    /// @throws RedisFailure also if it has gone back by much
    void measure(RedisLink link) {
        Instant before = clock.own();
        List<?> answer = RedisLink.list(link.ask(Command.TIME));
        Instant after = clock.own();
        Instant redis =
                Instant.ofEpochSecond(
                        Long.parseLong(RedisLink.text(answer.get(0))),
                        1_000 * Long.parseLong(RedisLink.text(answer.get(1))));
        clock.measured(redis, before, after);
    }

    /// What the clock of Redis says.
    RedisClock clock() {
        return clock;
    }

    /// Seals and opens messages.
    Seal seal() {
        return seal;
    }

    /// Where it is said that Redis is lost.
    Outages outages() {
        return outages;
    }

    /// The name of this process in Redis: another each time it starts.
    String self() {
        return self;
    }

    /// Where Redis is.
    public RedisAddress address() {
        return settings.address();
    }

    /// The name of a key or stream, which is also how messages for it are addressed.
    String name(String rest) {
        return settings.name(rest);
    }

    /// The name of what servers and workers share, another for each `redis.key`: so nobody takes
    /// from others jobs that he could not open, or puts in the place of theirs what they could not.
    String ofThisKey(String rest) {
        return name(rest) + "@" + fingerprint;
    }

    /// Names no secrets.
    @Override
    public String toString() {
        return settings.toString();
    }
}
