package io.circles.script.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/// One connection to Redis, for one thread; only [#close()] may be called from another, which ends
/// what blocks. Answers are as Redis gives them: [Long], `byte[]`, [List] or null.
final class RedisLink implements AutoCloseable {
    private final Connection connection;
    private int sent;

    RedisLink(Connection connection) {
        this.connection = connection;
    }

    /// Sends a command and waits for its answer.
    ///
    /// @param arguments texts, numbers and `byte[]`
    /// @throws RedisFailure also when Redis answers with an error
    @Nullable Object ask(Command command, Object... arguments) {
        send(command, arguments);
        Object answer = answers().getLast();
        if (answer instanceof RedisFailure failure) {
            throw failure;
        }
        return answer;
    }

    /// Begins a transaction: what is sent from now on is done when it is [committed][#commit()],
    /// all of it and nothing between. Nothing else may wait for its answer.
    void begin() {
        if (sent != 0) {
            throw new IllegalStateException(sent + " commands wait for their answers");
        }
        send(Command.MULTI);
        sent = 0;
    }

    /// Ends a transaction and waits for its answers.
    ///
    /// @return the answer to each command in it, in order; an error is a [RedisFailure] among them
    /// @throws RedisFailure if Redis has refused one of them beforehand, and thus done nothing: why
    List<@Nullable Object> commit() {
        send(Command.EXEC);
        sent++; // the begin
        List<@Nullable Object> answers = answers();
        if (answers.getLast() instanceof List<?> done) {
            List<@Nullable Object> each = new ArrayList<>(done);
            each.replaceAll(RedisLink::answer);
            return each;
        }
        throw answers.stream()
                .filter(RedisFailure.class::isInstance)
                .map(RedisFailure.class::cast)
                .findFirst()
                .orElseThrow();
    }

    /// Sends a command, perhaps later.
    ///
    /// @return the place of its answer among the next [#answers()], or those of its transaction
    int send(Command command, Object... arguments) {
        CommandArguments all = new CommandArguments(command);
        for (Object argument : arguments) {
            all.add(argument instanceof byte[] bytes ? bytes : bytes(String.valueOf(argument)));
        }
        try {
            connection.sendCommand(all);
            return sent++;
        } catch (JedisException e) {
            throw RedisFailure.lost(e);
        }
    }

    /// Waits for the answers to all that was sent, in order; an error is a [RedisFailure] among
    /// them.
    List<@Nullable Object> answers() {
        int expected = sent;
        sent = 0;
        try {
            List<@Nullable Object> answers = new ArrayList<>(expected);
            for (Object answer : connection.getMany(expected)) {
                answers.add(answer(answer));
            }
            return answers;
        } catch (JedisConnectionException e) {
            throw RedisFailure.lost(e);
        } catch (JedisException e) {
            throw RedisFailure.refused(e);
        }
    }

    private static @Nullable Object answer(@Nullable Object answer) {
        return answer instanceof JedisDataException e ? RedisFailure.refused(e) : answer;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(@Nullable Object answer) {
        return answer instanceof byte[] bytes
                ? new String(bytes, StandardCharsets.UTF_8)
                : String.valueOf(answer);
    }

    /// The elements of an answer; none where there is no answer.
    static List<@Nullable Object> list(@Nullable Object answer) {
        return answer instanceof List<?> list ? new ArrayList<>(list) : List.of();
    }

    @Override
    public void close() {
        try {
            connection.disconnect();
        } catch (JedisException _) {
            // it is gone already
        }
    }
}
