package io.circles.launcher;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.client.SignDecision;
import io.circles.client.SignOutcome;
import io.circles.client.SignRequest;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.PublicKey;
import java.io.PrintWriter;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Asks a program, several requests at once: prints lines of JSON, reads `approve ID` and `reject
/// ID REASON`. What the program has not decided when its input ends is left to other devices.
///
/// Concurrency: `lock` guards all fields below it, and printing; `changed` says that one of them
/// has changed. A request is in `open` from when it was printed until it has ended; the client
/// tells the end of each.
final class SignLines implements SignConversation {
    private static final Pattern COMMAND =
            Pattern.compile("(approve|reject) +([^ ]+)(?: +(.{1,1000}))? *");

    /// A request that is printed, and what was decided.
    private static final class Question {
        final SignRequest request;
        @Nullable SignDecision answer;

        Question(SignRequest request) {
            this.request = request;
        }
    }

    /// The digests of the last requests that were printed, by their ids.
    private static final class Shown extends LinkedHashMap<String, String> {
        private static final long serialVersionUID = 1;
        private static final int MOST = 1024;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MOST;
        }
    }

    private final PrintWriter out;
    private final PrintWriter err;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, Question> open = new HashMap<>();
    private final Map<String, String> shown = new Shown();
    private boolean begun;

    SignLines(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public void begin(PublicKey key, PublicKey circle) {
        lock.lock();
        try {
            print(event("listening").put("pubkey", key.hex()).put("circle", circle.hex()));
            begun = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void tell(String notice) {
        err.println(notice);
    }

    @Override
    public SignDecision decide(SignRequest request) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!begun) {
                changed.await();
            }
            if (Thread.interrupted()) {
                throw new InterruptedException(); // it has ended, and was said to have
            }
            return ask(new Question(request));
        } finally {
            lock.unlock();
        }
    }

    private SignDecision ask(Question question) throws InterruptedException {
        if (isAnother(question.request)) {
            err.println(
                    "request %s came again with another content, and is rejected"
                            .formatted(Printable.inline(question.request.id())));
            return SignDecision.reject("another request of this id was shown before");
        }
        open.put(question.request.id(), question);
        print(line(question.request));
        SignDecision answer = question.answer;
        while (answer == null) {
            changed.await();
            answer = question.answer;
        }
        return answer;
    }

    /// An answer on its way to a request must not approve another one of the same id.
    private boolean isAnother(SignRequest request) {
        String digest = HexFormat.of().formatHex(request.digest());
        return !digest.equals(shown.computeIfAbsent(request.id(), _ -> digest));
    }

    @Override
    public void line(String line) {
        lock.lock();
        try {
            Matcher command = COMMAND.matcher(line);
            if (!command.matches()) {
                print(event("error").put("message", "a line is approve ID, or reject ID REASON"));
            } else {
                decided(command.group(2), decision(command));
            }
        } finally {
            lock.unlock();
        }
    }

    private static SignDecision decision(Matcher command) {
        String reason =
                Optional.ofNullable(command.group(3)).orElse("the holder of the key said no");
        return command.group(1).equals("approve")
                ? SignDecision.approve()
                : SignDecision.reject(reason);
    }

    private void decided(String id, SignDecision decision) {
        Question question = open.get(id);
        if (question == null || question.answer != null) {
            print(event("error").put("message", "no request " + id + " is open"));
        } else {
            question.answer = decision;
            changed.signalAll();
        }
    }

    @Override
    public void finish() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (open.values().stream().anyMatch(question -> question.answer != null)) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void leave() {
        // what is open is left to other devices
    }

    @Override
    public void ended(SignRequest request, SignOutcome outcome) {
        lock.lock();
        try {
            Question question = open.get(request.id());
            if (question != null && question.request == request) {
                open.remove(request.id());
                print(line(request, outcome));
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void print(ObjectNode line) {
        out.println(Printable.json(Json.write(line)));
    }

    private static ObjectNode event(String name) {
        return Json.object().put("event", name);
    }

    private static ObjectNode line(SignRequest request) {
        return event("request")
                .put("id", request.id())
                .put("message", Base64.getEncoder().encodeToString(request.message()))
                .put("content_type", request.contentType())
                .put("display", request.display())
                .put("requester", request.requester())
                .put("circle", request.circle().hex())
                .put("expires_at", request.expiresAt().getEpochSecond())
                .put("kind", request.kind().word())
                .put("digest", HexFormat.of().formatHex(request.digest()));
    }

    private static ObjectNode line(SignRequest request, SignOutcome outcome) {
        ObjectNode line = event("ended").put("id", request.id());
        return switch (outcome) {
            case SignOutcome.Answered(SignDecision.Approved _) -> line.put("outcome", "approved");
            case SignOutcome.Answered(SignDecision.Rejected _) -> line.put("outcome", "rejected");
            case SignOutcome.Closed(String state) ->
                    line.put("outcome", "closed").put("state", state);
            case SignOutcome.Failed(String why) -> line.put("outcome", "failed").put("why", why);
        };
    }
}
