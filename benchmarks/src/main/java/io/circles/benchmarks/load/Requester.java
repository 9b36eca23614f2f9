package io.circles.benchmarks.load;

import java.io.IOException;
import java.util.Optional;

/// Asks for one signature after the other on a connection of its own. For one thread.
final class Requester {
    private final HttpConnection connection;
    private Optional<SignAsk> asked = Optional.empty();
    private long since;

    Requester(HttpConnection connection) {
        this.connection = connection;
    }

    /// Sends a request, when the one before is answered.
    void ask(SignAsk ask) throws IOException {
        asked = Optional.of(ask);
        since = System.nanoTime();
        connection.post("/sign", ask.body());
    }

    /// Reads once.
    ///
    /// @return the answer when it is there whole
    /// @throws IOException at the end of the stream, and for what answers nothing
    Optional<Answered> read() throws IOException {
        Optional<HttpConnection.Response> response = connection.read();
        if (response.isEmpty()) {
            return Optional.empty();
        }
        long now = System.nanoTime();
        SignAsk ask = asked.orElseThrow(() -> new IOException("answered twice"));
        asked = Optional.empty();
        return Optional.of(new Answered(ask, response.get(), since, now));
    }

    /// Whether a request is not answered yet.
    boolean waits() {
        return asked.isPresent();
    }

    /// A request and its answer, and when they were sent and came, in the nanoseconds of the JVM.
    record Answered(SignAsk ask, HttpConnection.Response response, long since, long now) {
        boolean isRight() {
            return ask.isAnsweredBy(response);
        }
    }
}
