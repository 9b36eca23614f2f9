package io.circles.script.worker;

import io.circles.script.wire.UnreadableMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a child writes to its standard error: logged, but not more than some lines a minute, and
/// the first of it kept to say why a child did not start.
///
/// One thread reads; `lock` guards `first`.
final class ErrorLines {
    private static final Logger log = LoggerFactory.getLogger(ErrorLines.class);
    private static final int LINES_A_MINUTE = 60;
    private static final int LONGEST = 500;
    private static final int LONGEST_READ = 1 << 16;
    private static final int KEPT = 3;

    private final long pid;
    private final InputStream in;
    private final LineReader lines;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<String> first = new ArrayDeque<>();
    private long minuteBegan = System.nanoTime();
    private int thisMinute;

    ErrorLines(long pid, InputStream in) {
        this.pid = pid;
        this.in = in;
        this.lines = new LineReader(in, LONGEST_READ);
    }

    /// Reads to the end of the stream, so that the child is never held up. What follows a line
    /// that is too long is dropped.
    void read() {
        try (in) {
            readLines();
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            log.atDebug().addKeyValue("pid", pid).setCause(e).log("standard error ended");
        }
    }

    private void readLines() throws IOException {
        try {
            String line = lines.next();
            while (line != null) {
                keep(line);
                write(line);
                line = lines.next();
            }
        } catch (UnreadableMessage e) {
            log.atWarn().addKeyValue("pid", pid).setCause(e).log("a worker says too much");
        }
    }

    private void keep(String line) {
        lock.lock();
        try {
            if (first.size() < KEPT) {
                first.add(line.substring(0, Math.min(LONGEST, line.length())));
            }
        } finally {
            lock.unlock();
        }
    }

    private void write(String line) {
        long now = System.nanoTime();
        if (now - minuteBegan > TimeUnit.MINUTES.toNanos(1)) {
            minuteBegan = now;
            thisMinute = 0;
        }
        thisMinute++;
        if (thisMinute <= LINES_A_MINUTE) {
            log.atWarn()
                    .addKeyValue("pid", pid)
                    .addKeyValue("line", line.substring(0, Math.min(LONGEST, line.length())))
                    .log("a worker says");
        } else if (thisMinute == LINES_A_MINUTE + 1) {
            log.atWarn().addKeyValue("pid", pid).log("a worker says more than is logged");
        }
    }

    /// The first lines, as one.
    String summary() {
        lock.lock();
        try {
            return String.join(" ", first);
        } finally {
            lock.unlock();
        }
    }
}
