package io.circles.benchmarks.load;

import io.circles.protocol.crypto.KeyPair;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Connections to one circle, each with its own key proven, and the runs of load over them.
///
/// For one thread, which is the one that sends, receives and checks.
public final class LoadGenerator implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Selector selector;

    private LoadGenerator(Selector selector) {
        this.selector = selector;
    }

    /// Opens one connection for each key and authenticates it.
    ///
    /// @throws IOException when one of them cannot be opened
    public static LoadGenerator connect(URI url, List<KeyPair> keys) throws IOException {
        LoadGenerator generator = new LoadGenerator(Selector.open());
        try {
            for (KeyPair key : keys) {
                LoadConnection connection = Login.open(url, key, PATIENCE).handOver();
                connection.channel().register(generator.selector, SelectionKey.OP_READ, connection);
            }
            return generator;
        } catch (IOException | RuntimeException e) {
            generator.close();
            throw e;
        }
    }

    /// Sends for so long and waits for the last answers. Connections that are lost count as wrong
    /// answers, and the rest goes on without them.
    ///
    /// @throws IOException when the selector fails
    public Measured run(Mix mix, Pace pace, Duration duration) throws IOException {
        return run(mix, pace, duration, () -> false);
    }

    /// The same, until `stopped` at the latest, which is asked all the time and from this thread.
    public Measured run(Mix mix, Pace pace, Duration duration, BooleanSupplier stopped)
            throws IOException {
        return new LoadRun(selector, mix, pace, duration, stopped).go();
    }

    /// Cuts all connections off.
    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
