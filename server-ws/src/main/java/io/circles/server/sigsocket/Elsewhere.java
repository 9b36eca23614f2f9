package io.circles.server.sigsocket;

import io.circles.script.state.LoggedEffect;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// What in the log is for other servers to do, or for nobody, as nothing of it is left anywhere. It
/// stays there for as long as what it is about can be open: its home may be away for so long. Of
/// more than so many it is not remembered that they are there, and they stay until the server looks
/// at the log anew, when it starts. Not thread-safe.
final class Elsewhere {
    static final int MOST = 10_000;

    private final Duration longest;
    private final Deque<Left> left = new ArrayDeque<>();

    private record Left(long number, Instant at) {}

    /// @param longest how long a request can be open
    Elsewhere(Duration longest) {
        this.longest = longest;
    }

    void add(LoggedEffect effect) {
        if (left.size() < MOST) {
            left.add(new Left(effect.number(), effect.at()));
        }
    }

    /// Takes those that need not stay in the log.
    ///
    /// @return their numbers
    List<Long> takeOld(Instant now) {
        List<Long> old = new ArrayList<>();
        while (!left.isEmpty() && left.getFirst().at().plus(longest).isBefore(now)) {
            old.add(left.remove().number());
        }
        return old;
    }
}
