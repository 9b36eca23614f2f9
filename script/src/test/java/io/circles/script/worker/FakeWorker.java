package io.circles.script.worker;

import io.circles.protocol.Json;
import io.circles.protocol.RpcMessage;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/// Children that speak the link, and then do what no child should.
final class FakeWorker {
    private FakeWorker() {}

    private static WorkerPool open(Class<?> main) {
        WorkerPool pool =
                new WorkerPool(
                        Pools.settings(), InstantSource.system(), Optional.of(main.getName()));
        try {
            if (!pool.awaitReady(Duration.ofSeconds(60))) {
                throw new IllegalStateException("the fake has not started");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return pool;
    }

    /// What a child does with a run.
    private interface Act {
        void run(WorkerLink link, OutputStream out, RpcMessage.Request run) throws IOException;
    }

    private static void serve(Act act) throws IOException {
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        WorkerLink link = new WorkerLink(new FileInputStream(FileDescriptor.in), out);
        link.send(
                new RpcMessage.Notification(
                        Methods.READY, Json.object().put("implementation", "a fake")));
        Optional<RpcMessage> message = link.receive();
        while (message.isPresent()) {
            if (message.get() instanceof RpcMessage.Request run) {
                act.run(link, out, run);
            }
            message = link.receive();
        }
    }

    /// Says that it sends something, and ends.
    static final class Sending {
        static WorkerPool open() {
            return FakeWorker.open(Sending.class);
        }

        public static void main(String[] args) throws IOException {
            serve(
                    (link, _, run) -> {
                        link.send(
                                new RpcMessage.Notification(
                                        Methods.SENT,
                                        Json.object().put("id", Long.parseLong(run.id().json()))));
                        Runtime.getRuntime().halt(9);
                    });
        }
    }

    /// Writes what is no message.
    static final class Garbling {
        static WorkerPool open() {
            return FakeWorker.open(Garbling.class);
        }

        public static void main(String[] args) throws IOException {
            serve(
                    (_, out, _) -> {
                        out.write("{\"jsonrpc\": oops}\n".getBytes(StandardCharsets.UTF_8));
                        out.flush();
                    });
        }
    }

    /// Never answers.
    static final class Silent {
        static WorkerPool open() {
            return FakeWorker.open(Silent.class);
        }

        public static void main(String[] args) throws IOException {
            serve((_, _, _) -> {});
        }
    }
}
