package io.circles.script.host;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.script.ScriptLimits;
import java.util.concurrent.atomic.AtomicLong;

/// What the requests of one run may use together.
///
/// Safe for use by several threads: what is used only grows, and who takes it past the limit is
/// refused.
public final class HttpBudget {
    private final long requestLimit;
    private final long byteLimit;
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    /// @param requestLimit requests, each redirect counting as one
    /// @param byteLimit bytes of the bodies of requests and answers; where an answer is packed, the
    ///     bigger of its two sizes
    public HttpBudget(long requestLimit, long byteLimit) {
        this.requestLimit = requestLimit;
        this.byteLimit = byteLimit;
    }

    /// What a run with these limits may use.
    public static HttpBudget of(ScriptLimits limits) {
        return new HttpBudget(limits.httpRequests(), limits.httpBytes());
    }

    /// Takes one request.
    ///
    /// @throws CircleException [ErrorCode#HTTP]
    void takeRequest() {
        check(requests.incrementAndGet(), requestLimit, "requests");
    }

    /// Takes that many bytes.
    ///
    /// @throws CircleException [ErrorCode#HTTP]
    void takeBytes(long count) {
        check(bytes.addAndGet(count), byteLimit, "bytes");
    }

    private static void check(long used, long limit, String unit) {
        if (used > limit) {
            throw ScriptLimits.exceeded(ErrorCode.HTTP, limit, used, unit);
        }
    }
}
