package io.circles.script.redis;

import static java.util.Comparator.naturalOrder;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.circles.protocol.RpcMessage;
import io.circles.script.redis.Finished.Answer;
import io.circles.script.wire.MessageText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import redis.clients.jedis.Protocol.Command;

/// Writes answers to the streams of their nodes and acknowledges the jobs, many at a time and in
/// one transaction: a job is acknowledged when its answer stands there, and not before.
///
/// Putting in never blocks; what waits is bounded by the jobs that the worker has. All else is the
/// thread's. What Redis does not take is kept, and tried again.
final class AnswerSender implements RedisThread.Work {
    /// So many entries are dealt with at once, and so many answers has one message at most.
    static final int MOST_AT_ONCE = 64;

    private static final int MOST_BYTES = 1 << 16;
    private static final int MOST_ANSWERS = 100_000;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration ANSWER_LIFE = Duration.ofMinutes(5);

    private final RedisConnections connections;
    private final WorkerRuns runs;
    private final Gathering<Finished> finished;
    private final List<Finished> batch = new ArrayList<>(MOST_AT_ONCE);

    AnswerSender(RedisConnections connections, WorkerRuns runs) {
        this.connections = connections;
        this.runs = runs;
        this.finished = new Gathering<>(MOST_AT_ONCE, runs::size);
    }

    void put(Finished item) {
        finished.put(item);
    }

    @Override
    public void step(RedisLink link) throws InterruptedException {
        if (batch.isEmpty()) {
            finished.take(batch, PAUSE);
        }
        if (batch.isEmpty()) {
            link.ask(Command.PING);
            return;
        }
        write(link);
        for (Finished item : batch) {
            WorkerRun run = item.run();
            if (run != null) {
                runs.remove(run);
            }
        }
        batch.clear();
    }

    private void write(RedisLink link) {
        link.begin();
        awaited().forEach((node, answers) -> answer(node, answers, link));
        batch.stream()
                .map(Finished::entry)
                .collect(groupingBy(StreamEntry::stream, mapping(StreamEntry::id, toList())))
                .forEach((stream, ids) -> acknowledge(stream, ids, link));
        link.commit();
    }

    /// What each node is told. Nobody waits for an answer that is late.
    private Map<String, List<Answer>> awaited() {
        Instant now = connections.clock().instant();
        return batch.stream()
                .flatMap(item -> item.answer().stream())
                .filter(answer -> !now.isAfter(answer.by()))
                .collect(groupingBy(Answer::node));
    }

    /// All that a node is told at a time is one message, if it is not too long.
    private void answer(String node, List<Answer> answers, RedisLink link) {
        String stream = connections.name(Names.answers(node));
        Instant until = answers.stream().map(Answer::by).max(naturalOrder()).orElseThrow();
        List<RpcMessage> messages = answers.stream().map(answer -> answer.message().get()).toList();
        for (byte[] body : MessageText.batches(messages, MOST_BYTES)) {
            byte[] sealed = connections.seal().seal(Purpose.ANSWER, stream, until, body);
            link.send(
                    Command.XADD, stream, "MAXLEN", "~", MOST_ANSWERS, "*", Names.MESSAGE, sealed);
        }
        link.send(Command.PEXPIRE, stream, ANSWER_LIFE.toMillis());
    }

    private static void acknowledge(String stream, List<String> ids, RedisLink link) {
        link.send(
                Command.XACK,
                Stream.concat(Stream.of(stream, Names.GROUP), ids.stream()).toArray());
        link.send(Command.XDEL, Stream.concat(Stream.of(stream), ids.stream()).toArray());
    }
}
