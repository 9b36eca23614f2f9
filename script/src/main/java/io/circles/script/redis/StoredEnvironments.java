package io.circles.script.redis;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.Digest;
import io.circles.script.ScriptEnvironment;
import io.circles.script.wire.EnvironmentCodec;
import io.circles.script.wire.MessageText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import redis.clients.jedis.Protocol.Command;

/// The environments that a node's jobs name: stored in Redis under their hashes, without secrets
/// and without the place of the state, which workers have from their own configuration.
///
/// Confined to the thread that sends jobs, but for [#forget].
final class StoredEnvironments {
    /// How long Redis keeps one that is not stored again.
    static final Duration LIFE = Duration.ofHours(1);

    private static final Duration AGAIN = LIFE.dividedBy(2);
    private static final int MOST = 1_024;

    private final RedisConnections connections;
    private final Cache<ScriptEnvironment, Sealable> known =
            Caffeine.newBuilder().executor(Runnable::run).maximumSize(MOST).build();
    private final Cache<String, Boolean> stored =
            Caffeine.newBuilder()
                    .executor(Runnable::run)
                    .maximumSize(MOST)
                    .expireAfterWrite(AGAIN)
                    .build();

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Sealable(String hash, byte[] bytes) {}

    StoredEnvironments(RedisConnections connections) {
        this.connections = connections;
    }

    /// The hash of an environment; what has to be sent before a job that names it is sent.
    String hash(ScriptEnvironment environment, RedisLink link) {
        Sealable sealable = known.get(environment, StoredEnvironments::sealable);
        if (stored.getIfPresent(sealable.hash) == null) {
            String name = connections.ofThisKey(Names.environment(sealable.hash));
            byte[] message =
                    connections
                            .seal()
                            .seal(
                                    Purpose.ENVIRONMENT,
                                    name,
                                    connections.clock().instant().plus(LIFE),
                                    sealable.bytes);
            link.send(Command.SET, name, message, "PX", LIFE.toMillis());
            stored.put(sealable.hash, true);
        }
        return sealable.hash;
    }

    private static Sealable sealable(ScriptEnvironment environment) {
        ScriptEnvironment shared =
                new ScriptEnvironment(
                        environment.circle(),
                        environment.name(),
                        environment.module(),
                        environment.handlers(),
                        Optional.empty(),
                        environment.httpAllow(),
                        Map.of());
        String text = MessageText.ascii(Json.write(EnvironmentCodec.encode(shared)));
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return new Sealable(HexFormat.of().formatHex(Digest.sha256(bytes)), bytes);
    }

    /// Redis may have lost that one. Any thread.
    void forget(ScriptEnvironment environment) {
        Sealable sealable = known.getIfPresent(environment);
        if (sealable != null) {
            stored.invalidate(sealable.hash);
        }
    }

    /// Redis may have lost them. Any thread.
    void forget() {
        stored.invalidateAll();
    }
}
