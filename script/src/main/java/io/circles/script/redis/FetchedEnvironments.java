package io.circles.script.redis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.Digest;
import io.circles.script.ScriptEnvironment;
import io.circles.script.wire.EnvironmentCodec;
import io.circles.script.wire.Fields;
import io.circles.script.wire.UnreadableMessage;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The environments that jobs name: fetched from Redis by their hashes, completed with what this
/// machine knows of the circle. Thread-safe; fetching blocks.
final class FetchedEnvironments {
    private static final Logger log = LoggerFactory.getLogger(FetchedEnvironments.class);
    private static final int MOST = 512;

    private final RedisConnections connections;
    private final ShortCommands commands;
    private final Function<String, Optional<LocalCircle>> circles;
    private final Notices notices = new Notices(System::nanoTime);
    private final Cache<String, ScriptEnvironment> complete =
            Caffeine.newBuilder().executor(Runnable::run).maximumSize(MOST).build();

    /// @param circles what is known of a circle of that name
    FetchedEnvironments(
            RedisConnections connections,
            ShortCommands commands,
            Function<String, Optional<LocalCircle>> circles) {
        this.connections = connections;
        this.commands = commands;
        this.circles = circles;
    }

    /// The environment of a job, if nobody has to be asked for it.
    Optional<ScriptEnvironment> here(JobMessage job) {
        return Optional.ofNullable(complete.getIfPresent(job.environment()))
                .filter(environment -> environment.circle().hex().equals(job.circle()));
    }

    /// The environment of a job. Blocks where it is not here.
    ///
    /// @throws CircleException [ErrorCode#NO_WORKER] if it cannot be had here
    ScriptEnvironment of(JobMessage job) {
        ScriptEnvironment environment = complete.get(job.environment(), this::complete);
        if (!environment.circle().hex().equals(job.circle())) {
            throw noWorker("the job names another circle's environment");
        }
        return environment;
    }

    private ScriptEnvironment complete(String hash) {
        ScriptEnvironment shared = shared(hash);
        LocalCircle local =
                circles.apply(shared.name())
                        .orElseThrow(() -> noWorker("it does not know circle " + shared.name()));
        return new ScriptEnvironment(
                shared.circle(),
                shared.name(),
                shared.module(),
                shared.handlers(),
                local.state().apply(shared.circle()),
                shared.httpAllow(),
                local.secrets());
    }

    private ScriptEnvironment shared(String hash) {
        try {
            String name = connections.ofThisKey(Names.environment(hash));
            byte[] message =
                    commands.get(name)
                            .orElseThrow(() -> noWorker("Redis has lost the circle's module"));
            byte[] body = connections.seal().open(Purpose.ENVIRONMENT, name, message).body();
            if (!HexFormat.of().formatHex(Digest.sha256(body)).equals(hash)) {
                throw new UnreadableMessage("an environment with another hash");
            }
            return EnvironmentCodec.decode(
                    new Fields(Json.parse(new String(body, StandardCharsets.ISO_8859_1))));
        } catch (RefusedMessage | UnreadableMessage | JsonProcessingException e) {
            throw noWorker("the circle's module is refused", e);
        } catch (RedisFailure e) {
            throw noWorker("Redis does not give it the circle's module", e);
        }
    }

    private CircleException noWorker(String why) {
        if (notices.isDue(why)) {
            log.atWarn().addKeyValue("why", why).log("jobs cannot be run here");
        }
        return new CircleException(ErrorCode.NO_WORKER, "No worker: " + why);
    }

    /// What Redis says is for this machine's log, and not for the caller.
    private CircleException noWorker(String why, Exception cause) {
        if (notices.isDue(why)) {
            log.atWarn()
                    .addKeyValue("why", why)
                    .addKeyValue("cause", cause.getMessage())
                    .log("jobs cannot be run here");
        }
        return new CircleException(ErrorCode.NO_WORKER, "No worker: " + why);
    }
}
