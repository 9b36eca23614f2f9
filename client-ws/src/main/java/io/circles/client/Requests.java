package io.circles.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Makes requests on the connection that there is, or the next one. Thread-safe.
///
/// A request that was not carried out for certain, because it was not sent, the circle was
/// stopping or the session had expired, is made again; one that may have been carried out only if
/// it says that this does no harm.
final class Requests {
    private final ConnectionState state;
    private final Renewal renewal;

    Requests(ConnectionState state, Renewal renewal) {
        this.state = state;
        this.renewal = renewal;
    }

    JsonNode call(String method, @Nullable JsonNode params, Duration timeout)
            throws InterruptedException {
        return call(Ask.once(method, params, timeout));
    }

    /// Makes a request. Blocks until it is answered.
    ///
    /// @throws CircleException what the circle answered; or that too many requests wait already
    /// @throws ClientException when no answer came
    JsonNode call(Ask ask) throws InterruptedException {
        Deadline deadline = Deadline.after(ask.timeout());
        boolean sent = false;
        boolean renewed = false;
        while (true) {
            RpcLink link = state.await(deadline, sent);
            int session = renewal.session();
            try {
                return link.call(
                        ask.method(),
                        ask.params(),
                        deadline.remaining(),
                        result -> ask.first().accept(link, result));
            } catch (ConnectionLostException e) {
                sent |= e.mayHaveBeenDone();
                if (sent && !ask.repeats()) {
                    throw e;
                }
            } catch (RequestTimeoutException _) {
                // it knows only what was left of the time
                throw new RequestTimeoutException(ask.method(), ask.timeout());
            } catch (CircleException e) {
                boolean expired = !renewed && e.code() == ErrorCode.SESSION_EXPIRED;
                renewed = expired && renewal.renew(link, session);
                if (!renewed && !wasStopped(link, e, ask)) {
                    throw e;
                }
            }
        }
    }

    /// A circle that stops takes no request, and cancels what it cannot finish in time.
    private static boolean wasStopped(RpcLink link, CircleException e, Ask ask) {
        return link.draining()
                && (e.code() == ErrorCode.BUSY
                        || (ask.repeats() && e.code() == ErrorCode.CANCELLED));
    }

    /// Makes a request only if there is a connection for it.
    ///
    /// @return empty when there is none
    Optional<JsonNode> callNow(String method, JsonNode params, Duration timeout)
            throws InterruptedException {
        Optional<RpcLink> link = state.link();
        return link.isPresent()
                ? Optional.of(link.get().call(method, params, timeout))
                : Optional.empty();
    }
}
