package io.circles.benchmarks.load;

import io.circles.benchmarks.server.Waiting;
import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.PublicKey;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.List;

/// Signers that listen in one circle, and requesters that ask it over HTTP for their signatures.
///
/// For one thread, which is the one that asks and checks; the signers have another.
public final class SignLoad implements AutoCloseable {
    private static final int REQUESTERS = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Signers signers;
    private final List<PublicKey> keys;
    private final WorkMeter crypto;
    private final Selector selector;
    private long sent;

    private SignLoad(Signers signers, List<KeyPair> keys, WorkMeter crypto, Selector selector) {
        this.signers = signers;
        this.keys = keys.stream().map(KeyPair::publicKey).toList();
        this.crypto = crypto;
        this.selector = selector;
    }

    /// Connects a signer for each key, which it proves, and 16 requesters.
    ///
    /// @param url of the circle's WebSocket; it lets everybody ask over HTTP
    /// @throws IOException when one of them cannot be connected
    public static SignLoad connect(URI url, List<KeyPair> keys) throws IOException {
        WorkMeter crypto = new WorkMeter();
        Signers signers = Signers.connect(url, keys, crypto);
        SignLoad load = new SignLoad(signers, keys, crypto, Selector.open());
        try {
            for (int i = 0; i < REQUESTERS; i++) {
                HttpConnection connection = HttpConnection.open(url);
                connection
                        .channel()
                        .register(load.selector, SelectionKey.OP_READ, new Requester(connection));
            }
            return load;
        } catch (IOException | RuntimeException e) {
            load.close();
            throw e;
        }
    }

    /// Asks the signers in turn for so long, each requester as soon as it is answered, and waits
    /// for the last answers. What was not signed exactly once counts as wrong.
    ///
    /// @throws IOException when the selector fails
    public Signing run(Duration duration) throws IOException {
        Duration before = cpu();
        Duration cryptoBefore = crypto.spent();
        Tally tally = new SignRun(selector, this::next, crypto, duration).go();
        checkSigners(tally);
        return new Signing(tally.measured(cpu().minus(before)), crypto.spent().minus(cryptoBefore));
    }

    private SignAsk next() {
        PublicKey key = keys.get((int) (sent % keys.size()));
        sent++;
        return new SignAsk(key, "pay 10 to bob, number " + sent);
    }

    /// The server tells a signer that its signature was taken after it has answered the requester.
    private void checkSigners(Tally tally) {
        Waiting.until(PATIENCE, () -> signers.accepted() >= sent || !signers.fault().isEmpty());
        if (!signers.fault().isEmpty()) {
            tally.wrong(1, signers.fault());
        }
        if (signers.asked() != sent || signers.accepted() != sent) {
            tally.wrong(
                    1,
                    "of %d requests %d reached a signer and %d were signed"
                            .formatted(sent, signers.asked(), signers.accepted()));
        }
    }

    private Duration cpu() {
        var threads = ManagementFactory.getThreadMXBean();
        return Duration.ofNanos(threads.getCurrentThreadCpuTime()).plus(signers.cpu());
    }

    /// Cuts all connections off.
    @Override
    public void close() throws IOException {
        signers.close();
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
