package io.circles.server.sigsocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.circles.protocol.SignDigest;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.SignatureRequest;
import io.circles.server.session.TestClock;
import io.circles.server.store.AskingRow;
import io.circles.server.store.AuditEntry;
import io.circles.server.store.AuditFile;
import io.circles.server.store.AuditLog;
import io.circles.server.store.AuditReport;
import io.circles.server.store.ServerStore;
import io.circles.server.store.SignStore;
import io.circles.server.transcript.Cast;
import io.circles.server.transport.Timers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;

/// The signing service of the cast's circle, with a clock and timers that the test moves.
final class SigningRoom implements AutoCloseable {
    static final PublicKey CIRCLE = Cast.CIRCLE.pair().publicKey();

    final TestClock clock;
    final Timers timers = new Timers();
    final ConcurrentLinkedQueue<SignState> ended = new ConcurrentLinkedQueue<>();
    final Path file;
    final SignStore signs;
    final SigSocket socket;
    private final ScheduledExecutorService writers = Executors.newScheduledThreadPool(2);
    private final ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor();
    private final ServerStore store;
    private final AuditLog audit;

    SigningRoom(Path folder) {
        this(folder, SigSockets.LIMITS);
    }

    SigningRoom(Path folder, SignLimits limits) {
        this(folder, limits, new TestClock());
    }

    SigningRoom(Path folder, SignLimits limits, TestClock clock) {
        this(folder, limits, clock, Runnable::run);
    }

    /// @param threads on which what is due is done
    SigningRoom(Path folder, SignLimits limits, TestClock clock, Executor threads) {
        this.clock = clock;
        this.file = folder.resolve("server.db");
        this.store = new ServerStore(file, CIRCLE, writers, clock);
        this.audit = new AuditLog(store, Cast.CIRCLE.pair(), timers, Runnable::run);
        this.signs = new SignStore(store, audit);
        this.socket =
                new SigSocket(
                        CIRCLE,
                        limits,
                        signs,
                        timers,
                        threads,
                        clock,
                        (state, took) -> ended.add(state));
    }

    static Ask ask(Cast who, String message) {
        return new Ask(
                who.pair().publicKey(),
                Message.of(message.getBytes(UTF_8)),
                "text/plain",
                "Sign " + message + "?",
                SignDigest.SHA256,
                new Requester("test"),
                Ask.TIMEOUT,
                false);
    }

    static Ask waiting(Ask ask) {
        return new Ask(
                ask.key(),
                ask.message(),
                ask.contentType(),
                ask.display(),
                ask.digest(),
                ask.requester(),
                ask.timeout(),
                true);
    }

    /// Asks on a thread of its own.
    Future<Signed> asking(Ask ask) {
        return askers.submit(() -> socket.sign(ask));
    }

    /// Opens what a script would have asked of keys that all sign the same.
    AskingRow collect(int threshold, List<Cast> keys) {
        SignatureRequest asked =
                new SignatureRequest(
                        UUID.randomUUID().toString(),
                        keys.stream().map(cast -> cast.pair().publicKey()).toList(),
                        threshold,
                        "cmVudA==",
                        "text/plain",
                        "Pay the rent?",
                        SignDigest.SHA256,
                        Duration.ofMinutes(1));
        AskingRow row = socket.scriptAsks().row(asked, CIRCLE, clock.instant());
        signs.asked(List.of(row), 0);
        socket.open(socket.admission().again(row));
        return row;
    }

    /// Lets time pass, and what is due then happen.
    void pass(Duration time) {
        clock.pass(time);
        timers.passAll();
    }

    /// The audit so far; empty as long as the file was not written.
    List<AuditEntry> audit() {
        List<AuditEntry> entries = new ArrayList<>();
        try {
            Optional<AuditFile> written = AuditFile.open(file);
            if (written.isPresent()) {
                try (AuditFile audited = written.get()) {
                    audited.entries(entries::add);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return entries;
    }

    /// Each entry of the audit in a word or two.
    List<String> audited() {
        return audit().stream()
                .map(entry -> entry.fact())
                .map(
                        fact ->
                                fact.verdict().isEmpty() || fact.verdict().length() == 128
                                        ? fact.event().word()
                                        : fact.event().word() + ": " + fact.verdict())
                .toList();
    }

    AuditReport verified() {
        try (AuditFile audited = AuditFile.open(file).orElseThrow()) {
            return audited.verify(CIRCLE, Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Stops the service as a circle does that is stopped.
    void stop() {
        socket.close();
        audit.close();
        store.close();
    }

    /// Ends the service as the end of its process would.
    void kill() {
        writers.shutdownNow();
        timers.shutdownNow();
    }

    @Override
    public void close() {
        stop();
        askers.shutdownNow();
        writers.shutdownNow();
        timers.shutdownNow();
    }
}
