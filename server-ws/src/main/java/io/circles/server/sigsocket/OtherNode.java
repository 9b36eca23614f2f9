package io.circles.server.sigsocket;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.bus.Bus;
import io.circles.script.bus.BusLine;
import io.circles.server.store.SignEnds;
import io.circles.server.store.SignRow;
import io.circles.server.store.Writing;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Another node: its devices, as far as they are asked what this node was asked; and the home of
/// the requests that it has shown here. Thread-safe, but for what listens there, which the
/// line's thread has; the lock guards the answers.
final class OtherNode implements Home, Device {
    /// So many answers may wait for what became of them.
    private static final int MOST_ANSWERS = 1_024;

    private static final long PATIENCE_SECONDS = 10;

    /// So much may be on its way there, in bytes, or one request: a bus that is asked to carry more
    /// than it can begins anew, with all of it.
    private static final long MOST_ON_THE_WAY = 1 << 20;

    /// What a message may take at most besides that of a request and its display.
    private static final long BESIDES = 4_096;

    private final String name;
    private final BusLine line;
    private final Object lock = new Object();
    private final Map<Long, Answer> answers = new LinkedHashMap<>();
    private final AtomicLong numbers;

    /// How much is on its way there, and whether something waits for room; the board's lock guards
    /// both.
    private long onTheWay;

    private boolean waited;

    /// What listens there.
    final Map<PublicKey, Seat> seats = new HashMap<>();

    /// Whether it says now what listens there, and no longer what it said before it began anew.
    boolean begun;

    /// Ids of what somebody waits for that was withdrawn when it began anew, by the key of the
    /// device that was asked: if that is not there any more, it fails.
    final Map<PublicKey, String> parted = new HashMap<>();

    /// An answer of a device of this node.
    ///
    /// @param request id of what it is for
    /// @param ended whether it has ended that
    private record Answer(String request, CompletableFuture<Boolean> ended) {}

    /// @param numbers of answers: never the same again, for what became of one may come when its
    ///     node has begun anew
    OtherNode(String name, BusLine line, AtomicLong numbers) {
        this.name = name;
        this.line = line;
        this.numbers = numbers;
    }

    String name() {
        return name;
    }

    /// Whether a request fits into a message.
    static boolean canBeTold(SignRequest request) {
        long display = 6L * request.display().length();
        return request.message().base64().length() + display + BESIDES <= Bus.MOST_BYTES;
    }

    /// Whether there is room for a request on the way there. The board's lock is held.
    boolean hasRoom(long weight) {
        boolean room = onTheWay == 0 || onTheWay + weight <= MOST_ON_THE_WAY;
        waited |= !room;
        return room;
    }

    /// A request has come there. The board's lock is held.
    ///
    /// @return whether another has waited for that
    boolean took(long weight) {
        onTheWay = Math.max(0, onTheWay - weight);
        boolean more = waited && onTheWay <= MOST_ON_THE_WAY / 2;
        waited &= !more;
        return more;
    }

    /// Nothing is on its way there any more. The board's lock is held.
    void takeBack() {
        onTheWay = 0;
    }

    void tell(NodeMessage message) {
        line.send(name, message.json());
    }

    @Override
    public void requested(SignRequest request, String cause) {
        onTheWay += Pending.weight(request);
        tell(NodeMessage.Asked.of(request));
    }

    @Override
    public void closed(SignRequest request, SignState state) {
        tell(new NodeMessage.Over(request.id(), state));
    }

    @Override
    public void delivered(SignRow request) {
        tell(new NodeMessage.Shown(request.id(), request.key()));
    }

    @Override
    public void late(SignRow request, SignState answer) {
        tell(new NodeMessage.Late(request.id(), request.key(), answer));
    }

    /// Tells what a device says of the one request that it is for.
    @Override
    public Writing<SignEnds> ending(List<SignRow> requests, Outcome outcome) {
        SignRow request = requests.getFirst();
        Answer answer = new Answer(request.id(), new CompletableFuture<>());
        synchronized (lock) {
            long number = numbers.incrementAndGet();
            answers.put(number, answer);
            if (answers.size() > MOST_ANSWERS) {
                Iterator<Answer> oldest = answers.values().iterator();
                oldest.next().ended.completeExceptionally(lost());
                oldest.remove();
            }
            tell(
                    new NodeMessage.Answered(
                            number,
                            request.id(),
                            request.key(),
                            outcome.state(),
                            outcome.verdict()));
        }
        return () -> ends(answer, outcome);
    }

    private static SignEnds ends(Answer answer, Outcome outcome) {
        boolean ended = awaited(answer.ended);
        return new SignEnds(
                ended ? List.of(new SignEnds.Each(answer.request, outcome.end())) : List.of(),
                Optional.empty());
    }

    private static boolean awaited(CompletableFuture<Boolean> ended) {
        try {
            return ended.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof CircleException told ? told : lost();
        }
    }

    private static CircleException lost() {
        return new CircleException(
                ErrorCode.BUSY, "Busy: the server that asks this cannot be reached; try again");
    }

    /// It says what became of an answer.
    ///
    /// @return id of the request, when nobody waits for that any more
    @Nullable String settled(NodeMessage.Settled settled) {
        Answer answer;
        synchronized (lock) {
            answer = answers.remove(settled.number());
        }
        if (answer == null) {
            return null;
        }
        boolean inTime =
                settled.error() == null
                        ? answer.ended.complete(settled.ended())
                        : answer.ended.completeExceptionally(new CircleException(settled.error()));
        return inTime || settled.error() != null ? null : answer.request;
    }

    /// It is gone, or what was said was lost: nobody knows what became of the answers.
    void forgetAnswers() {
        List<Answer> all;
        synchronized (lock) {
            all = List.copyOf(answers.values());
            answers.clear();
        }
        all.forEach(each -> each.ended.completeExceptionally(lost()));
    }
}
