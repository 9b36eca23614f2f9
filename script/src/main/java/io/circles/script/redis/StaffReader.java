package io.circles.script.redis;

import io.circles.script.wire.UnreadableMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Protocol.Command;

/// Sees again and again who works, what time it is by Redis's clock, and whether Redis has lost
/// what it had. Confined to its thread.
final class StaffReader implements RedisThread.Work {
    private static final Logger log = LoggerFactory.getLogger(StaffReader.class);
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final Duration LIFE = Duration.ofMinutes(5);
    private static final Duration LEFT_TO_OTHERS = Duration.ofMinutes(1);

    private final RedisConnections connections;
    private final Dispatch dispatch;
    private final Runnable forget;
    private final Notices notices = new Notices(System::nanoTime);

    /// @param forget is run when Redis has lost what it had
    StaffReader(RedisConnections connections, Dispatch dispatch, Runnable forget) {
        this.connections = connections;
        this.dispatch = dispatch;
        this.forget = forget;
    }

    @Override
    public void step(RedisLink link) throws InterruptedException {
        connections.measure(link);
        String mark = connections.name(Names.node(connections.self()));
        if (link.ask(Command.SET, mark, 1, "PX", LIFE.toMillis(), "GET") == null) {
            forget.run();
        }
        link.ask(
                Command.PEXPIRE,
                connections.name(Names.answers(connections.self())),
                LIFE.toMillis());
        dispatch.staff(notes(link));
        Thread.sleep(PAUSE);
    }

    private List<WorkerNote> notes(RedisLink link) {
        List<@Nullable Object> all =
                RedisLink.list(link.ask(Command.HGETALL, connections.name(Names.WORKERS)));
        List<WorkerNote> notes = new ArrayList<>();
        for (int i = 0; i + 1 < all.size(); i += 2) {
            String worker = RedisLink.text(all.get(i));
            if (all.get(i + 1) instanceof byte[] message) {
                note(worker, message, link).ifPresent(notes::add);
            }
        }
        return notes;
    }

    private Optional<WorkerNote> note(String worker, byte[] message, RedisLink link) {
        String about = connections.name(Names.worker(worker));
        try {
            return Optional.of(
                    WorkerNote.read(connections.seal().open(Purpose.WORKER, about, message)));
        } catch (RefusedMessage e) {
            if (e.isLate() || isLongOver(message)) {
                log.atInfo()
                        .addKeyValue("worker", worker)
                        .addKeyValue("why", e.getMessage())
                        .log("a worker is gone");
                link.ask(Command.HDEL, connections.name(Names.WORKERS), worker);
            } else {
                passedOver(worker, e);
            }
        } catch (UnreadableMessage e) {
            passedOver(worker, e);
        }
        return Optional.empty();
    }

    /// Of a note that only others can open: they would have deleted it when it was over.
    private boolean isLongOver(byte[] message) {
        Instant longAgo = connections.clock().instant().minus(LEFT_TO_OTHERS);
        return Seal.claimed(message).filter(note -> note.until().isBefore(longAgo)).isPresent();
    }

    /// It may be in order for whoever has another key, so it stays.
    private void passedOver(String worker, Exception why) {
        if (notices.isDue(worker + " " + RefusedMessage.kind(why))) {
            log.atWarn()
                    .addKeyValue("worker", worker)
                    .addKeyValue("why", why.getMessage())
                    .log("a worker is passed over" + RefusedMessage.advice(why));
        }
    }
}
