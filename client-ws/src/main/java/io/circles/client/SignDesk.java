package io.circles.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The requests to sign that are open on one connection; bounded in number and size.
///
/// Concurrency: [#requested] and [#closed] are the reading thread's, which alone adds and so keeps
/// the bounds; each request takes itself out, on a thread of its own. A request is first entered,
/// then `end` is looked at; [#end] sets `end` first, then goes through the entries: so none
/// outlives it.
final class SignDesk {
    /// How many requests may be open at once.
    static final int MAX_OPEN = 256;

    /// How many characters they may have together, as they came.
    static final long MAX_OPEN_CHARACTERS = 8L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(SignDesk.class);
    private static final Pattern ID = Pattern.compile("[!-~]{1,128}");
    private static final Pattern STATE = Pattern.compile("[a-z_]{1,32}");

    private final SignDecider decider;
    private final SignSession session;
    private final SignCheck check;
    private final Map<String, OpenSignRequest> open = new ConcurrentHashMap<>();
    private final AtomicLong characters = new AtomicLong();
    private final AtomicReference<@Nullable SignOutcome> end = new AtomicReference<>();

    SignDesk(SignDecider decider, SignSession session, SignCheck check) {
        this.decider = decider;
        this.session = session;
        this.check = check;
    }

    /// A request has come; does not block. One that is open already goes on as it is. Beyond the
    /// bounds nothing is answered: another device may have room.
    ///
    /// @param length in characters, as it came
    void requested(JsonNode params, int length) {
        String id = params.path("id").asText();
        if (!ID.matcher(id).matches()) {
            LOG.atWarn().log("a request to sign has no id that could be answered");
        } else if (!open.containsKey(id)) {
            if (open.size() < MAX_OPEN && characters.get() + length <= MAX_OPEN_CHARACTERS) {
                start(id, params, length);
            } else {
                LOG.atWarn().addKeyValue("request", id).log("too many requests to sign are open");
            }
        }
    }

    private void start(String id, JsonNode params, int length) {
        OpenSignRequest request = new OpenSignRequest(id, params, session);
        characters.addAndGet(length);
        open.put(id, request);
        Optional.ofNullable(end.get()).ifPresent(request::end);
        Thread.ofVirtual().name("circle sign request").start(() -> settle(id, request, length));
    }

    private void settle(String id, OpenSignRequest request, int length) {
        try {
            request.settle(check, decider);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        } finally {
            open.remove(id);
            characters.addAndGet(-length);
        }
    }

    /// The circle says that a request has ended; does not block.
    void closed(JsonNode params) {
        String state = params.path("state").asText();
        OpenSignRequest request = open.get(params.path("id").asText());
        if (request != null) {
            request.closed(STATE.matcher(state).matches() ? state : "failed");
        }
    }

    /// Ends all that are open, and all that come. Only the first end counts.
    void end(SignOutcome how) {
        if (end.compareAndSet(null, how)) {
            open.values().forEach(request -> request.end(how));
        }
    }
}
