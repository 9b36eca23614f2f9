package io.circles.server.sigsocket;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a script asked of one key or of several: done when so many have signed, failed when so
/// many have not that it cannot be reached. The board's lock guards it.
final class Asking {
    final String id;
    private final int threshold;
    private final List<Member> members = new ArrayList<>();

    /// How it ends, once that is clear.
    @Nullable SignState decided;

    /// @param pending null when it had ended before the server was started
    record Member(@Nullable Pending pending, SignState before) {
        SignState state() {
            Outcome how = pending == null ? null : pending.decided;
            return how == null ? before : how.state();
        }
    }

    Asking(String id, int threshold) {
        this.id = id;
        this.threshold = threshold;
    }

    /// One of its requests that is open.
    void add(Pending pending) {
        members.add(new Member(pending, SignState.QUEUED));
    }

    /// One of its requests that had ended before the server was started.
    void addEnded(SignState state) {
        members.add(new Member(null, state));
    }

    /// How it has ended, if it has, judged by what is decided of its requests: where too few can
    /// still sign, as the gravest of these says.
    Optional<SignState> verdict() {
        int approved = count(SignState.APPROVED);
        int open = count(SignState.QUEUED);
        if (approved >= threshold) {
            return Optional.of(SignState.APPROVED);
        }
        if (approved + open >= threshold) {
            return Optional.empty();
        }
        return Stream.of(SignState.REJECTED, SignState.FAILED, SignState.EXPIRED)
                .filter(state -> count(state) > 0)
                .findFirst()
                .or(() -> Optional.of(SignState.CANCELLED));
    }

    private int count(SignState state) {
        return (int) members.stream().filter(member -> member.state() == state).count();
    }

    /// How it ends.
    SignState state() {
        SignState state = decided;
        if (state == null) {
            throw new IllegalStateException("nothing is decided yet");
        }
        return state;
    }

    /// Its requests of which nothing is decided.
    List<Pending> open() {
        List<Pending> open = new ArrayList<>();
        for (Member member : members) {
            Pending pending = member.pending();
            if (pending != null && pending.decided == null) {
                open.add(pending);
            }
        }
        return open;
    }
}
