package io.circles.server.store;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.state.Lane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file of what the server keeps of one circle: its only writer. It is opened when it is first
/// needed, and closed when it was not used for half a minute.
///
/// Thread-safe. Callers may be virtual threads: the lane hands everything that touches the file to
/// one of the writers' threads at a time, changes that wait together are made in one transaction,
/// and the caller waits without holding its carrier. No interrupt ends that wait, for it is as
/// short as the disk is fast, and whoever changes something must know what became of it. What
/// cannot be read or written is a [CircleException] with [ErrorCode#INTERNAL_ERROR], and its cause
/// is in the log.
public final class ServerStore implements AutoCloseable {
    /// Its name in the circle's folder.
    public static final String FILE = "server.db";

    private static final Logger LOG = LoggerFactory.getLogger(ServerStore.class);
    private static final Duration UNUSED = Duration.ofSeconds(30);
    private static final Duration CLOSING = Duration.ofSeconds(10);
    private static final int MOST_WAITING = 1 << 17;

    private final Path file;
    private final PublicKey circle;
    private final ScheduledExecutorService writers;
    private final InstantSource clock;
    private final Duration unused;
    private final Lane<Task> lane;

    /// Touched by the lane only.
    private @Nullable Tables tables;

    private long usedNanos;
    private boolean closingLater;

    /// A store that opens its file when it is first needed.
    ///
    /// @param file made with its folder when something is first kept
    /// @param circle whose it is
    /// @param writers platform threads that touch the file; shared by many stores
    /// @param clock says when what is audited happened
    public ServerStore(
            Path file, PublicKey circle, ScheduledExecutorService writers, InstantSource clock) {
        this(file, circle, writers, clock, UNUSED);
    }

    /// @param unused after this time the file is closed
    ServerStore(
            Path file,
            PublicKey circle,
            ScheduledExecutorService writers,
            InstantSource clock,
            Duration unused) {
        this.file = file;
        this.circle = circle;
        this.writers = writers;
        this.clock = clock;
        this.unused = unused;
        this.lane = new Lane<>(writers, MOST_WAITING, this::handle);
    }

    /// What is done in a transaction.
    ///
    /// @param <T> what it comes to
    @FunctionalInterface
    interface Work<T> {
        T on(Tables tables, Instant now) throws SQLException;
    }

    private sealed interface Task extends Lane.Item {
        /// Work that somebody waits for, or nobody.
        record Working<T>(Work<T> work, CompletableFuture<T> answer) implements Task {
            /// Does it.
            ///
            /// @return says so to whoever waits
            Runnable on(Tables tables, Instant now) throws SQLException {
                T result = work.on(tables, now);
                return () -> answer.complete(result);
            }
        }

        /// Closes the file if it was not used for a while.
        record Closing(CompletableFuture<Void> answer) implements Task {}
    }

    /// Whether anything was ever kept.
    boolean isThere() {
        return Files.exists(file);
    }

    InstantSource clock() {
        return clock;
    }

    /// Does it, and returns when it is durable.
    ///
    /// @throws CircleException if that is not possible, whatever the reason
    <T> T write(Work<T> work) {
        return writing(work).await();
    }

    /// Does it after what was asked for before; returns at once. What goes wrong, also that nothing
    /// can be taken any more, is told to whoever waits for it.
    <T> Writing<T> writing(Work<T> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            lane.add(new Task.Working<>(work, answer));
        } catch (CircleException | IllegalStateException e) {
            answer.completeExceptionally(e);
        }
        return () -> joined(answer);
    }

    private <T> T joined(CompletableFuture<T> answer) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof CircleException told ? told : failed(e.getCause());
        }
    }

    private CircleException failed(@Nullable Throwable cause) {
        LOG.atError()
                .addKeyValue("file", file)
                .setCause(cause)
                .log("What a circle keeps cannot be read or written");
        return new CircleException(ErrorCode.INTERNAL_ERROR);
    }

    /// Does it after what was asked for before, and waits for nothing; what fails is in the log.
    void writeLater(Work<?> work) {
        try {
            lane.add(new Task.Working<>(work, new CompletableFuture<>()));
        } catch (CircleException | IllegalStateException e) {
            LOG.atError().addKeyValue("file", file).setCause(e).log("was not written");
        }
    }

    private void handle(List<Task> group) {
        List<Task.Working<?>> work = new ArrayList<>();
        for (Task task : group) {
            switch (task) {
                case Task.Working<?> working -> work.add(working);
                case Task.Closing _ -> closeUnused();
            }
        }
        if (!work.isEmpty()) {
            doTogether(work);
        }
        if (tables != null && !closingLater) {
            closeLater(unused.toNanos());
        }
    }

    /// Whatever goes wrong, the file is closed: so the transaction is undone, and the end of the
    /// audit is read again. Where one of several changes is to blame, each is made alone: then it
    /// alone fails.
    private void doTogether(List<Task.Working<?>> work) {
        List<Runnable> answers = new ArrayList<>(work.size());
        boolean done = false;
        try {
            Tables open = open();
            Instant now = clock.instant();
            for (Task.Working<?> each : work) {
                answers.add(each.on(open, now));
            }
            open.commit();
            done = true;
        } catch (SQLException | IOException | RuntimeException e) {
            closeFile();
            if (answers.size() < work.size() && work.size() > 1) {
                work.forEach(each -> doTogether(List.of(each)));
            } else {
                CircleException told = failed(e);
                work.forEach(each -> each.answer().completeExceptionally(told));
            }
            return;
        } finally {
            if (!done) {
                closeFile();
            }
        }
        answers.forEach(Runnable::run);
        tidy();
    }

    private Tables open() throws SQLException, IOException {
        usedNanos = System.nanoTime();
        Tables open = tables;
        if (open == null) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            open = Tables.open(file, circle);
            tables = open;
        }
        return open;
    }

    private void tidy() {
        Tables open = tables;
        try {
            if (open != null) {
                open.tidy();
            }
        } catch (SQLException e) {
            closeFile();
            LOG.atWarn().addKeyValue("file", file).setCause(e).log("its log was not emptied");
        }
    }

    private void closeFile() {
        Tables open = tables;
        tables = null;
        try {
            if (open != null) {
                open.close();
            }
        } catch (SQLException e) {
            LOG.atWarn().addKeyValue("file", file).setCause(e).log("was not closed");
        }
    }

    private void closeUnused() {
        closingLater = false;
        long left = unused.toNanos() - (System.nanoTime() - usedNanos);
        if (left <= 0) {
            closeFile();
        } else if (tables != null) {
            closeLater(left);
        }
    }

    private void closeLater(long nanos) {
        closingLater = true;
        try {
            var _ = writers.schedule(this::askToClose, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.atDebug().addKeyValue("file", file).log("stays open until it is closed");
        }
    }

    private void askToClose() {
        try {
            lane.add(new Task.Closing(new CompletableFuture<>()));
        } catch (CircleException busy) {
            closeLater(unused.toNanos());
        } catch (IllegalStateException closed) {
            LOG.atTrace().addKeyValue("file", file).log("is closed already");
        }
    }

    /// Waits for what is being written, at most ten seconds, takes nothing new, and closes the
    /// file.
    @Override
    public void close() {
        if (!lane.close(CLOSING)) {
            LOG.atWarn().addKeyValue("file", file).log("is still being written");
            return;
        }
        try {
            CompletableFuture.runAsync(this::closeFile, writers).join();
        } catch (RejectedExecutionException e) {
            closeFile();
        }
    }
}
