package io.circles.benchmarks.load;

import io.circles.protocol.crypto.KeyPair;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.List;

/// Sessions of three parties each in the relay of one circle, and the runs of rounds in all of them
/// at once. For one thread.
public final class RelayLoad implements AutoCloseable {
    /// How many keys a session takes.
    public static final int PARTIES = RelayTable.PARTIES;

    private final Selector selector;

    private RelayLoad(Selector selector) {
        this.selector = selector;
    }

    /// Connects three parties for each session, proves their keys and seats them.
    ///
    /// @param keys [#PARTIES] for each session
    /// @throws IOException when one of them cannot be connected, or is refused something
    public static RelayLoad connect(URI url, List<KeyPair> keys) throws IOException {
        RelayLoad load = new RelayLoad(Selector.open());
        try {
            for (int i = 0; i < keys.size(); i += PARTIES) {
                load.add(RelayTable.seat(url, keys.subList(i, i + PARTIES)));
            }
            return load;
        } catch (IOException | RuntimeException e) {
            load.close();
            throw e;
        }
    }

    private void add(RelayTable table) throws IOException {
        for (RelayParty party : table.parties()) {
            party.connection().channel().register(selector, SelectionKey.OP_READ, party);
        }
    }

    /// Goes through rounds in all sessions for so long, and ends those that were begun. What was
    /// not delivered to both others exactly once, in its round, counts as wrong.
    ///
    /// @return the messages; each is timed from its sending until both others have it
    /// @throws IOException when the selector fails
    public Measured run(Duration duration) throws IOException {
        var threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        Tally tally = new RelayRun(selector, duration).go();
        return tally.measured(Duration.ofNanos(threads.getCurrentThreadCpuTime() - before));
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
