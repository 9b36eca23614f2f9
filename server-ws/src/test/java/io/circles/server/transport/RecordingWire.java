package io.circles.server.transport;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/// A wire that keeps what it is given, and whose client reads when the test says so. Thread-safe.
final class RecordingWire implements Wire {
    private final List<String> frames = new ArrayList<>();
    private final Queue<Runnable> unread = new ArrayDeque<>();
    private boolean disconnected;

    @Override
    public synchronized void send(String text, Runnable done) {
        frames.add(text);
        unread.add(done);
    }

    @Override
    public synchronized void ping(long mark) {
        frames.add("ping " + mark);
    }

    @Override
    public synchronized void close(int code, String reason) {
        frames.add("close " + code);
    }

    @Override
    public synchronized void disconnect() {
        disconnected = true;
    }

    /// The client takes the oldest frame that it has not read.
    synchronized void read() {
        unread.remove().run();
    }

    /// What was sent, `close CODE` included.
    synchronized List<String> frames() {
        return List.copyOf(frames);
    }

    synchronized boolean isDisconnected() {
        return disconnected;
    }
}
