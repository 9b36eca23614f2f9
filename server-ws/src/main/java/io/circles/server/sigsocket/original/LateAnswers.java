package io.circles.server.sigsocket.original;

import io.circles.server.sigsocket.SignRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/// Requests that a device was asked, that have ended, and that it may still answer. Not
/// thread-safe.
final class LateAnswers {
    private static final int MOST = 64;

    private final Deque<SignRequest> expected = new ArrayDeque<>();

    /// One more answer may come; of too many the oldest is forgotten.
    void expect(SignRequest request) {
        expected.add(request);
        if (expected.size() > MOST) {
            expected.remove();
        }
    }

    /// A request is asked again, so its answer is not late.
    void forget(String id) {
        expected.removeIf(request -> request.id().equals(id));
    }

    /// Takes an answer to one of them, to the oldest where it can be for several.
    ///
    /// @return the request's id; null if it is for none
    @Nullable String take(SigFrame.Answer answer) {
        Iterator<SignRequest> each = expected.iterator();
        while (each.hasNext()) {
            SignRequest request = each.next();
            if (answer.isFor(request)) {
                each.remove();
                return request.id();
            }
        }
        return null;
    }
}
