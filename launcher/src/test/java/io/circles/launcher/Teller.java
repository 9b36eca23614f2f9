package io.circles.launcher;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.client.CircleClient;
import io.circles.client.ConnectionLostException;
import io.circles.client.DialException;
import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A client as the documentation wants it: when the connection is lost, or trying again can help,
/// it sends the same request again, until it has an answer. Used by one thread.
final class Teller implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration BEFORE_DIALLING_AGAIN = Duration.ofMillis(50);

    /// A client that asked at once would be one of the reasons for `busy`.
    private static final Duration BEFORE_ASKING_AGAIN = Duration.ofMillis(20);

    private final Callable<CircleClient> dial;
    private final ConcurrentMap<String, Integer> troubles;
    private @Nullable CircleClient connected;

    /// @param troubles counts by their names what made it try again
    Teller(Callable<CircleClient> dial, ConcurrentMap<String, Integer> troubles) {
        this.dial = dial;
        this.troubles = troubles;
    }

    /// Sends a request that can be sent again, and gives the value of its result.
    JsonNode value(String method, JsonNode params) throws InterruptedException {
        while (true) {
            try {
                return client().request(method, params, CircleApi.Played.class).value();
            } catch (ConnectionLostException e) {
                count(e.getClass().getSimpleName());
                close();
            } catch (CircleException e) {
                count(e.code().kind());
                if (!e.code().retryable()) {
                    throw e;
                }
                LockSupport.parkNanos(BEFORE_ASKING_AGAIN.toNanos());
            }
        }
    }

    private CircleClient client() {
        CircleClient client = connected;
        if (client == null) {
            client =
                    await().atMost(PATIENCE)
                            .pollDelay(Duration.ZERO)
                            .pollInterval(BEFORE_DIALLING_AGAIN)
                            .ignoreExceptionsMatching(Teller::isPassing)
                            .until(dial, dialled -> true);
            connected = client;
        }
        return client;
    }

    /// What a server that ends or begins does to those who dial.
    private static boolean isPassing(Throwable e) {
        return e instanceof DialException || e instanceof ConnectionLostException;
    }

    private void count(String trouble) {
        troubles.merge(trouble, 1, Integer::sum);
    }

    @Override
    public void close() {
        CircleClient client = connected;
        if (client != null) {
            client.close();
            connected = null;
        }
    }
}
