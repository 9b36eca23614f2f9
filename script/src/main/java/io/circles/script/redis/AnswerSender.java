package io.circles.script.redis;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.circles.script.wire.MessageText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import redis.clients.jedis.Protocol.Command;

/// Writes answers to the streams of their nodes and acknowledges the jobs, many at a time and in
/// one transaction: a job is acknowledged when its answer stands there, and not before.
///
/// Putting in never blocks; what waits is bounded by the jobs that the worker has. All else is the
/// thread's. What Redis does not take is kept, and tried again.
final class AnswerSender implements RedisThread.Work {
    private static final int MOST_AT_ONCE = 64;
    private static final int MOST_ANSWERS = 100_000;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration ANSWER_LIFE = Duration.ofMinutes(5);

    private final RedisConnections connections;
    private final WorkerRuns runs;
    private final BlockingQueue<Finished> finished = new LinkedBlockingQueue<>();
    private final List<Finished> batch = new ArrayList<>(MOST_AT_ONCE);

    AnswerSender(RedisConnections connections, WorkerRuns runs) {
        this.connections = connections;
        this.runs = runs;
    }

    void put(Finished item) {
        finished.add(item);
    }

    @Override
    public void step(RedisLink link) throws InterruptedException {
        if (batch.isEmpty()) {
            Finished first = finished.poll(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
            if (first == null) {
                link.ask(Command.PING);
                return;
            }
            batch.add(first);
            finished.drainTo(batch, MOST_AT_ONCE - 1);
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
        link.send(Command.MULTI);
        Set<String> nodes = new HashSet<>();
        batch.forEach(item -> answer(item, nodes, link));
        nodes.forEach(node -> link.send(Command.PEXPIRE, node, ANSWER_LIFE.toMillis()));
        batch.stream()
                .map(Finished::entry)
                .collect(groupingBy(StreamEntry::stream, mapping(StreamEntry::id, toList())))
                .forEach((stream, ids) -> acknowledge(stream, ids, link));
        link.send(Command.EXEC);
        if (link.answers().getLast() instanceof RedisFailure failure) {
            throw failure;
        }
    }

    private static void acknowledge(String stream, List<String> ids, RedisLink link) {
        link.send(
                Command.XACK,
                Stream.concat(Stream.of(stream, Names.GROUP), ids.stream()).toArray());
        link.send(Command.XDEL, Stream.concat(Stream.of(stream), ids.stream()).toArray());
    }

    /// Nobody waits for an answer that is late.
    private void answer(Finished item, Set<String> nodes, RedisLink link) {
        WorkerRun run = item.run();
        if (run == null
                || item.answer().isEmpty()
                || connections.clock().instant().isAfter(run.message().answerBy())) {
            return;
        }
        String stream = connections.name(Names.answers(run.message().run().node()));
        byte[] body = MessageText.bytes(item.answer().get());
        byte[] message =
                connections.seal().seal(Purpose.ANSWER, stream, run.message().answerBy(), body);
        link.send(Command.XADD, stream, "MAXLEN", "~", MOST_ANSWERS, "*", Names.MESSAGE, message);
        nodes.add(stream);
    }
}
