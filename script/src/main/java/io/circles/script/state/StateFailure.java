package io.circles.script.state;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns failures of a database, which are nobody's business outside, into what may be told.
final class StateFailure {
    private static final Logger LOG = LoggerFactory.getLogger(StateFailure.class);

    private StateFailure() {}

    /// Logs it.
    ///
    /// @param state which one, for the log
    static CircleException of(String state, Exception cause) {
        if (SharedFailure.isForNow(cause)) {
            LOG.atWarn()
                    .addKeyValue("state", state)
                    .addKeyValue("why", cause.getMessage())
                    .log("A state cannot be reached for now");
            return unavailable(cause);
        }
        LOG.atError()
                .addKeyValue("state", state)
                .setCause(cause)
                .log("A state cannot be read or written");
        return new CircleException(ErrorCode.INTERNAL_ERROR);
    }

    private static CircleException unavailable(Exception cause) {
        return SharedFailure.isInDoubt(cause)
                ? new CircleException(
                        ErrorCode.STATE_UNAVAILABLE,
                        ErrorCode.STATE_UNAVAILABLE.message()
                                + ": whether this was committed is not known;"
                                + " with an idempotency key the same request is safe")
                : new CircleException(ErrorCode.STATE_UNAVAILABLE);
    }
}
