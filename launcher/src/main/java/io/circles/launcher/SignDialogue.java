package io.circles.launcher;

import io.circles.client.SignDecision;
import io.circles.client.SignOutcome;
import io.circles.client.SignRequest;
import io.circles.protocol.crypto.PublicKey;
import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Asks a person, one request at a time.
///
/// A line of input answers the question that is open, and no other. Typed lines that nobody asked
/// for are dropped; piped ones wait for their question. When a request ends while its question is
/// open, the next one is asked only after another line: an answer on its way to the first must not
/// approve the second.
///
/// Concurrency: `lock` guards all fields below it, and printing; `changed` says that one of them
/// has changed. A request is in `waiting`, then it is the `current` question's until it has ended;
/// the client tells the end of each.
final class SignDialogue implements SignConversation {
    private static final Set<String> YES = Set.of("y", "yes");

    /// A request that is shown, and what was decided.
    private static final class Question {
        final SignRequest request;
        @Nullable SignDecision answer;

        Question(SignRequest request) {
            this.request = request;
        }
    }

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean typed;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<SignRequest> waiting = new ArrayDeque<>();
    private @Nullable Question current;
    private boolean asking;
    private boolean owed;
    private boolean leaving;

    /// @param typed whether the lines of input come from a terminal
    SignDialogue(PrintWriter out, PrintWriter err, boolean typed) {
        this.out = out;
        this.err = err;
        this.typed = typed;
    }

    @Override
    public void begin(PublicKey key, PublicKey circle) {
        lock.lock();
        try {
            err.println("listening for " + key + "\nin the circle " + circle);
            asking = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void tell(String notice) {
        lock.lock();
        try {
            if (isOpen()) {
                out.println();
            }
            err.println(notice);
            if (isOpen()) {
                prompt();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public SignDecision decide(SignRequest request) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            waiting.add(request);
            while (!asking || owed || current != null || waiting.peek() != request) {
                changed.await();
            }
            waiting.remove();
            return ask(new Question(request));
        } finally {
            lock.unlock();
        }
    }

    private SignDecision ask(Question question) throws InterruptedException {
        current = question;
        out.println(SignText.of(question.request));
        prompt();
        changed.signalAll();
        SignDecision answer = question.answer;
        while (answer == null) {
            changed.await();
            answer = question.answer;
        }
        return answer;
    }

    private void prompt() {
        out.print("approve? [y/N] ");
        out.flush();
    }

    @Override
    public void line(String line) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!typed && !owed && !isOpen()) {
                changed.await();
            }
            if (owed) {
                owed = false;
            } else if (isOpen()) {
                answer(YES.contains(line.strip().toLowerCase(Locale.ROOT)));
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean isOpen() {
        return current != null && current.answer == null;
    }

    private void answer(boolean yes) {
        if (current != null) {
            current.answer =
                    yes
                            ? SignDecision.approve()
                            : SignDecision.reject("the holder of the key said no");
        }
    }

    @Override
    public void finish() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            asking = false;
            if (isOpen()) {
                out.println();
                answer(false);
            }
            changed.signalAll();
            while (current != null) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void leave() {
        lock.lock();
        try {
            asking = false;
            leaving = true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void ended(SignRequest request, SignOutcome outcome) {
        lock.lock();
        try {
            if (current != null && current.request == request) {
                owed = current.answer == null;
                current = null;
                out.println(owed ? "\n" + words(outcome) + goOn() : words(outcome));
            } else {
                waiting.remove(request);
                out.println((isOpen() ? "\n" : "") + unseen(request, outcome));
            }
            if (isOpen()) {
                prompt();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private String goOn() {
        if (leaving) {
            return "";
        }
        return typed ? "; press Enter to go on" : "; the next line of input is passed over";
    }

    private static String unseen(SignRequest request, SignOutcome outcome) {
        return "request %s was not shown: %s".formatted(request.id(), words(outcome));
    }

    private static String words(SignOutcome outcome) {
        return switch (outcome) {
            case SignOutcome.Answered(SignDecision.Approved _) -> "approved";
            case SignOutcome.Answered(SignDecision.Rejected _) -> "rejected";
            case SignOutcome.Closed(String state) -> "ended elsewhere: " + state;
            case SignOutcome.Failed(String why) -> "not answered: " + Printable.inline(why);
        };
    }
}
