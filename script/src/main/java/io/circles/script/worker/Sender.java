package io.circles.script.worker;

import io.circles.protocol.CircleException;
import io.circles.protocol.Json;
import io.circles.protocol.RpcId;
import io.circles.protocol.RpcMessage;
import io.circles.script.wire.JobCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// Sends one worker what it is to be told, in the order in which it was put in.
///
/// Putting in never blocks, so that those who must not send can: the scheduler under its lock, and
/// the thread that receives. One virtual thread writes, all that has come meanwhile in one go; what
/// goes wrong there ends the worker, whose end says what becomes of its runs. What waits is bounded
/// by the threads of the worker, and while its pipe is full by the callers that have given up.
final class Sender {
    private static final int MOST_AT_ONCE = 64;
    private static final int MOST_BYTES = 1 << 16;

    private sealed interface Item {}

    private record Run(PoolRun run, PoolRun.Assigned assigned) implements Item {}

    private record Note(RpcMessage message) implements Item {}

    private final Worker worker;
    private final WorkerLink link;
    private final Worker.Listener listener;
    private final BlockingQueue<Item> items = new LinkedBlockingQueue<>();
    private final Thread thread = Thread.ofVirtual().unstarted(this::sendAll);

    // those of the thread
    private final JobCodec jobs = new JobCodec();
    private final LoadedEnvironments environments = new LoadedEnvironments();
    private ByteArrayOutputStream lines = new ByteArrayOutputStream();

    Sender(Worker worker, WorkerLink link, Worker.Listener listener) {
        this.worker = worker;
        this.link = link;
        this.listener = listener;
    }

    void start() {
        thread.start();
    }

    /// Sends a run, unless it is no longer assigned when its turn comes.
    void put(PoolRun run, PoolRun.Assigned assigned) {
        items.add(new Run(run, assigned));
    }

    void put(RpcMessage message) {
        items.add(new Note(message));
    }

    /// Sends nothing more: the worker is gone.
    void end() {
        thread.interrupt();
    }

    private void sendAll() {
        List<Item> batch = new ArrayList<>(MOST_AT_ONCE);
        try {
            while (true) {
                batch.add(items.take());
                items.drainTo(batch, MOST_AT_ONCE - 1);
                send(batch);
                batch.clear();
            }
        } catch (InterruptedException _) {
            // the worker is gone
        } catch (IOException | RuntimeException | Error e) {
            // an Error too: nothing would ever be sent to the worker again
            worker.kill("nothing can be sent to it", e);
        }
    }

    private void send(List<Item> batch) throws IOException {
        for (Item item : batch) {
            switch (item) {
                case Run(PoolRun run, PoolRun.Assigned assigned) -> write(run, assigned);
                case Note(RpcMessage message) -> write(message);
            }
            if (lines.size() >= MOST_BYTES) {
                flush();
            }
        }
        flush();
    }

    private void flush() throws IOException {
        if (lines.size() > 0) {
            byte[] all = lines.toByteArray();
            lines = new ByteArrayOutputStream(); // a big job's is not kept
            link.send(all);
        }
    }

    private void write(PoolRun run, PoolRun.Assigned assigned) {
        if (!listener.sending(run, assigned)) {
            return;
        }
        try {
            long environment = environments.id(run.job().environment(), this::write);
            StringBuilder params = new StringBuilder().append('[').append(environment).append(',');
            jobs.encode(run.job(), params);
            write(
                    new RpcMessage.Request(
                            RpcId.of(assigned.id()),
                            Methods.RUN,
                            Json.raw(params.append(']').toString())));
        } catch (CircleException tooBig) {
            listener.notSent(assigned, tooBig);
        }
    }

    private void write(RpcMessage message) {
        lines.writeBytes(WorkerLink.line(message));
    }
}
