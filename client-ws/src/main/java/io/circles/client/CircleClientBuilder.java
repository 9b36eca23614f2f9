package io.circles.client;

import io.circles.protocol.CircleException;
import io.circles.protocol.RpcMessage;
import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.PublicKey;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Collects what a [CircleClient] needs, then connects. It can connect again, to make another
/// client. Confined to one thread.
public final class CircleClientBuilder {
    private final Endpoint endpoint;
    private @Nullable Signer signer;
    private @Nullable PublicKey circle;
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration requestTimeout = Duration.ofSeconds(30);
    private long maxMessageBytes = 16L << 20;
    private Consumer<RpcMessage.Notification> onEvent = event -> {};
    private @Nullable SignHandler onSignRequest;
    private SecureRandom random = new SecureRandom();
    private @Nullable SSLContext tls;

    CircleClientBuilder(URI address) {
        this.endpoint = Endpoint.of(address);
    }

    /// Logs in with a key in memory. Without this or [#signer] the client stays anonymous.
    public CircleClientBuilder keyPair(KeyPair keyPair) {
        return signer(Signer.of(keyPair));
    }

    /// Logs in with a key held elsewhere.
    ///
    /// @throws IllegalArgumentException when [#onSignRequest] is to sign with it and it cannot
    public CircleClientBuilder signer(Signer holder) {
        checkSigns(holder, onSignRequest);
        signer = holder;
        return this;
    }

    /// The key that the circle must prove before anything is signed. When neither this nor the
    /// address names one, the circle's word is taken for who it is. A client without a signer
    /// checks nothing.
    public CircleClientBuilder circle(PublicKey publicKey) {
        circle = publicKey;
        return this;
    }

    /// How long dialling, TLS and the upgrade may take together; 10 s unless said otherwise.
    public CircleClientBuilder connectTimeout(Duration timeout) {
        connectTimeout = timeout;
        return this;
    }

    /// How long a request may take from the call to its answer, those of the handshake too; 30 s
    /// unless said otherwise.
    public CircleClientBuilder requestTimeout(Duration timeout) {
        requestTimeout = timeout;
        return this;
    }

    /// How long a message of the circle may be, in bytes; 16 MiB unless said otherwise. A longer
    /// one ends the connection.
    public CircleClientBuilder maxMessageBytes(long bytes) {
        maxMessageBytes = bytes;
        return this;
    }

    /// Who gets the circle's notifications: one at a time, in order, on a virtual thread of the
    /// client's own, where it may block and use the client. What it throws is logged. When more
    /// than 4 Mi characters of events wait for it, new ones are dropped; the members `seq` and
    /// `prev` show the gap.
    public CircleClientBuilder onEvent(Consumer<RpcMessage.Notification> listener) {
        onEvent = listener;
        return this;
    }

    /// Who decides what the client's key signs. After the log-in the client listens, as one of
    /// perhaps several devices of its key, and asks the handler about each request that it finds in
    /// order: all fields within their bounds, not expired by the circle's clock, the digest one
    /// that it knows, and the message none that this protocol itself has signed, such as a log-in.
    /// Other requests are rejected unseen. The client computes the digest itself, with the key that
    /// the circle has proven, and sends what [DigestSigner] makes of it once the handler approves.
    ///
    /// When the session expires the client logs in again and goes on listening; if it cannot, it
    /// closes. At most 256 requests, of 8 Mi characters together, are open at once; what comes on
    /// top is left to other devices.
    ///
    /// @throws IllegalArgumentException when the signer is set and is no [DigestSigner]
    public CircleClientBuilder onSignRequest(SignHandler handler) {
        checkSigns(signer, handler);
        onSignRequest = handler;
        return this;
    }

    private static void checkSigns(@Nullable Signer signer, @Nullable SignHandler handler) {
        if (handler != null && signer != null && !(signer instanceof DigestSigner)) {
            throw new IllegalArgumentException(
                    "onSignRequest needs a DigestSigner, which this signer is not");
        }
    }

    /// Where challenges come from.
    CircleClientBuilder random(SecureRandom source) {
        random = source;
        return this;
    }

    /// Whom to trust instead of the certificates of this JVM.
    CircleClientBuilder tls(SSLContext context) {
        tls = context;
        return this;
    }

    /// Dials, and logs in when there is a signer. Blocks until the client is ready to be used; can
    /// be interrupted. When it throws, nothing is left open.
    ///
    /// @throws IllegalArgumentException when what was collected does not fit together
    /// @throws DialException when no connection came about
    /// @throws UntrustedCircleException when the circle is not who it should be; nothing was signed
    /// @throws CircleException when the circle refused the log-in
    /// @throws ClientException when the connection was lost, or an answer was late or wrong
    public CircleClient connect() throws InterruptedException {
        return CircleClient.connect(
                new ClientSettings(
                        endpoint,
                        signer,
                        circle,
                        connectTimeout,
                        requestTimeout,
                        maxMessageBytes,
                        onEvent,
                        onSignRequest,
                        random,
                        tls));
    }
}
