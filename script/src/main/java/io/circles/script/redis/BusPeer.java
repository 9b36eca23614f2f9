package io.circles.script.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Another node, as this one knows it: what was heard of it, what it is still to be told, and
/// whether both mean the same. Guarded by the lock of [BusPeers]. Moments are the system's nano
/// times.
final class BusPeer {
    /// How many bytes may wait for it.
    static final long MOST_WAITING = 32L << 20;

    /// How many bytes may be in Redis for it, about: so much is written between two signs of life.
    static final long MOST_UNHEARD = 32L << 20;

    /// How long it takes it to answer at most, if nothing was lost. Each hello makes the answer to
    /// the one before it void, so one that got none gives twice as long.
    private static final Duration TO_ANSWER = Duration.ofSeconds(2);

    private static final Duration MOST_TO_ANSWER = Duration.ofSeconds(30);

    /// Beginning anew takes so long at least.
    private static final Duration LEAST_BREAK = Duration.ofMillis(200);

    private final String node;

    /// @param since when it was said
    private record Waiting(BusNote note, long since) {}

    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private long bytes;
    private long sent;
    private long unheard;
    private boolean beatDue;

    private long read;
    private long heardAt;
    private boolean silent = true;
    private boolean gone;
    private boolean listed;

    /// Number of its last hello.
    private long theirHello;

    /// Number of the last hello to it, and of the last one that it has answered.
    private long ownHello;

    private long answered;
    private boolean helloWaits;
    private boolean broken;
    private Duration toAnswer = TO_ANSWER;
    private long greetAt;
    private long greetedAt;

    /// Lines on which it is to begin anew, and when it is to be told so.
    private final Set<String> anew = new LinkedHashSet<>();

    private long anewAt;

    /// @param sent a number below all that this process will use, and above all that one before it
    ///     has used for this node
    BusPeer(String node, long sent, long now) {
        this.node = node;
        this.sent = sent;
        this.heardAt = now;
        this.greetAt = now;
        this.anewAt = now;
        this.greetedAt = now - LEAST_BREAK.toNanos();
    }

    String node() {
        return node;
    }

    // ---------------------------------------------------------------- what comes from it

    /// Whether a message is newer than all that came from it.
    boolean isNew(BusMessage message) {
        return !gone && message.number() > read;
    }

    /// Takes note of a message that is new.
    ///
    /// @return whether something before it is missing
    boolean heard(BusMessage message, long now) {
        boolean jump = message.number() > read + 1;
        read = message.number();
        heardAt = now;
        unheard = 0;
        silent = false;
        return jump;
    }

    /// Whether what it says is of account: it has acted on the last hello.
    boolean isHeard(BusMessage message) {
        return !broken && !helloWaits && message.heard() >= ownHello;
    }

    boolean isSilent() {
        return silent;
    }

    boolean isSilentSince(long moment) {
        return !silent && heardAt - moment < 0;
    }

    /// Nothing is said to it any more, but that this node is there.
    void silence() {
        silent = true;
        broken = false;
        answered();
        clear();
    }

    /// It has said that it will not come back.
    void leave() {
        silence();
        gone = true;
    }

    /// @param listed whether Redis has it among the nodes
    void list(boolean listed) {
        this.listed = listed;
    }

    /// Whether all that may still come from it is past its time.
    ///
    /// @param moment what was sent before is
    boolean isForgotten(long moment) {
        return silent && !listed && (read == 0 || heardAt - moment < 0);
    }

    // ---------------------------------------------------------------- beginning anew

    /// Something was lost: it is to be greeted.
    ///
    /// @param at when, at the earliest
    void breakUp(long at) {
        long earliest = greetedAt + LEAST_BREAK.toNanos();
        broken = true;
        greetAt = at - earliest < 0 ? earliest : at;
        clear();
    }

    boolean mustBeGreeted(long now) {
        boolean unanswered = !helloWaits && answered != ownHello;
        return !silent && (broken || unanswered) && now - greetAt >= 0;
    }

    void greet(BusNote.Hello hello, long now) {
        clear();
        toAnswer = broken ? toAnswer : longer(toAnswer);
        broken = false;
        helloWaits = true;
        greetedAt = now;
        greetAt = now + toAnswer.toNanos();
        put(hello, now);
    }

    private static Duration longer(Duration time) {
        Duration twice = time.multipliedBy(2);
        return twice.compareTo(MOST_TO_ANSWER) < 0 ? twice : MOST_TO_ANSWER;
    }

    /// It has greeted, with its last message.
    void greeted(BusNote.Welcome answer, long now) {
        clear();
        broken = false;
        theirHello = read;
        put(answer, now);
    }

    void answered() {
        answered = ownHello;
        toAnswer = TO_ANSWER;
    }

    /// It is to begin anew on a line, when that may be said.
    void beginAnew(String line) {
        if (!silent && !broken) {
            anew.add(line);
        }
    }

    /// The line is closed.
    void forget(String line) {
        anew.remove(line);
    }

    /// Takes the lines on which it is to be told now that it begins anew; often none.
    List<String> takeAnew(long now) {
        if (anew.isEmpty() || now - anewAt < 0) {
            return List.of();
        }
        anewAt = now + LEAST_BREAK.toNanos();
        List<String> taken = List.copyOf(anew);
        anew.clear();
        return taken;
    }

    // ---------------------------------------------------------------- what goes to it

    /// Lets a note wait for its turn; nothing if all that is begins anew in a moment anyway.
    ///
    /// @return false if there is no room for it
    boolean offer(BusNote note, long now) {
        if (silent || broken) {
            return true;
        }
        if (bytes + note.weight() > MOST_WAITING) {
            return false;
        }
        if (note instanceof BusNote.Join join
                && !join.anew()
                && waiting.peekLast() instanceof Waiting(BusNote.Join last, long since)
                && !last.anew()) {
            waiting.removeLast();
            bytes -= last.weight();
            put(
                    new BusNote.Join(
                            Stream.concat(last.lines().stream(), join.lines().stream()).toList(),
                            false),
                    since);
        } else {
            put(note, now);
        }
        return true;
    }

    private void put(BusNote note, long now) {
        waiting.add(new Waiting(note, now));
        bytes += note.weight();
    }

    private void clear() {
        waiting.clear();
        anew.clear();
        bytes = 0;
        helloWaits = false;
    }

    /// Whether something waits for so long that nobody expects it to be heard any more.
    ///
    /// @param moment what was said before is late
    boolean isLate(long moment) {
        return !waiting.isEmpty() && waiting.element().since - moment < 0;
    }

    /// Who is not there, and was not a moment ago either, is not told so.
    void beat() {
        beatDue = !gone && (listed || !silent);
    }

    /// Takes what may go now.
    ///
    /// @param self who sends it
    /// @param most so many, and one more
    /// @param size so many bytes, about; and one more message
    /// @param out takes it
    /// @return how many bytes it takes, about
    long take(String self, int most, long size, long now, Consumer<BusPeers.Outgoing> out) {
        if (beatDue) {
            beatDue = false;
            out.accept(next(self, new BusNote.Beat(), now));
        }
        long taken = 0;
        for (int i = 0; i < most && taken < size && mayTake(); i++) {
            Waiting next = waiting.remove();
            BusNote note = next.note;
            bytes -= note.weight();
            unheard += note.weight();
            taken += note.weight();
            if (note instanceof BusNote.Hello) {
                ownHello = sent + 1;
                helloWaits = false;
            }
            out.accept(next(self, note, next.since));
        }
        return taken;
    }

    private boolean mayTake() {
        return unheard < MOST_UNHEARD && !waiting.isEmpty();
    }

    private BusPeers.Outgoing next(String self, BusNote note, long since) {
        sent++;
        return new BusPeers.Outgoing(node, new BusMessage(self, sent, theirHello, note), since);
    }

    /// Number of the last thing that was sent to it.
    long sent() {
        return sent;
    }

    /// The last thing that it is told.
    void sayBye(long now) {
        if (!silent) {
            beatDue = false;
            clear();
            put(new BusNote.Bye(), now);
        }
        gone = true;
    }
}
