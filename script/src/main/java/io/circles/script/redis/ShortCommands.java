package io.circles.script.redis;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import redis.clients.jedis.AbstractTransaction;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.SetParams;

/// The few commands that runs need on their own threads, over a few connections that they share.
/// Thread-safe; each blocks for seconds at most.
final class ShortCommands implements AutoCloseable {
    private static final int MOST_CONNECTIONS = 4;

    private final RedisClient client;

    ShortCommands(RedisAddress address, JedisClientConfig config) {
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(MOST_CONNECTIONS);
        pool.setMaxIdle(MOST_CONNECTIONS);
        pool.setMaxWait(RedisConnections.PATIENCE);
        pool.setTestOnBorrow(true);
        this.client =
                RedisClient.builder()
                        .hostAndPort(new HostAndPort(address.host(), address.port()))
                        .clientConfig(config)
                        .poolConfig(pool)
                        .build();
    }

    /// The value of a key.
    Optional<byte[]> get(String key) {
        try {
            return Optional.ofNullable(client.get(RedisLink.bytes(key)));
        } catch (JedisException e) {
            throw RedisFailure.lost(e);
        }
    }

    /// Gives a key a value if it has none.
    ///
    /// @return whether it has that value now
    boolean claim(String key, byte[] value, long lifeMs) {
        try {
            byte[] name = RedisLink.bytes(key);
            return client.set(name, value, SetParams.setParams().nx().px(lifeMs)) != null
                    || Arrays.equals(client.get(name), value);
        } catch (JedisException e) {
            throw RedisFailure.lost(e);
        }
    }

    /// Gives a field of a hash a value if it has none.
    ///
    /// @param until when the hash goes, by the clock of Redis
    /// @return whether the field has that value now
    boolean claim(String key, String field, byte[] value, Instant until) {
        try (AbstractTransaction all = client.multi()) {
            byte[] name = RedisLink.bytes(key);
            byte[] member = RedisLink.bytes(field);
            all.hsetnx(name, member, value);
            all.pexpireAt(name, until.toEpochMilli());
            Response<byte[]> is = all.hget(name, member);
            all.exec();
            return Arrays.equals(is.get(), value);
        } catch (JedisException e) {
            throw RedisFailure.lost(e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
