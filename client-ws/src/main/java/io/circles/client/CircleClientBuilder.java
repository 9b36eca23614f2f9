package io.circles.client;

import io.circles.protocol.CircleException;
import io.circles.protocol.RpcMessage;
import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.PublicKey;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Collects what a [CircleClient] needs, then connects. It can connect again, to make another
/// client. Confined to one thread.
public final class CircleClientBuilder {
    private final Endpoint endpoint;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private @Nullable Signer signer;
    private @Nullable PublicKey circle;
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration requestTimeout = Duration.ofSeconds(30);
    private Duration keepAlive = Duration.ofSeconds(20);
    private long maxMessageBytes = 16L << 20;
    private Retry retry = Retry.DEFAULT;
    private Consumer<RpcMessage.Notification> onEvent = event -> {};
    private LongConsumer onLostEvents = count -> {};
    private Consumer<ClientState> onState = state -> {};
    private @Nullable SignHandler onSignRequest;
    private SecureRandom random = new SecureRandom();
    private InstantSource clock = InstantSource.system();
    private @Nullable SSLContext tls;
    private @Nullable HttpProxy proxy;

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

    /// How long dialling, TLS and the upgrade may take together, in each attempt; 10 s unless said
    /// otherwise.
    public CircleClientBuilder connectTimeout(Duration timeout) {
        connectTimeout = timeout;
        return this;
    }

    /// How long a request may take from the call to its answer, those of the handshake too, and
    /// waiting for a connection included; 30 s unless said otherwise.
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

    /// After how long a silence the circle is pinged; when it stays silent for as long again, the
    /// connection is lost. 20 s unless said otherwise, 100 ms to a day.
    public CircleClientBuilder keepAlive(Duration silence) {
        keepAlive = silence;
        return this;
    }

    /// How long to wait before connecting again: a random time of up to `first`, doubled with each
    /// failure up to `longest`. 1 s and 30 s unless said otherwise. The failures are counted anew
    /// when a connection has lasted for `longest`.
    public CircleClientBuilder reconnect(Duration first, Duration longest) {
        retry = retry.waits(first, longest);
        return this;
    }

    /// The client ends with its connection, and all requests fail from then on.
    public CircleClientBuilder neverReconnect() {
        retry = retry.never();
        return this;
    }

    /// For how long [#connect] tries again when no connection comes about; otherwise it fails at
    /// once. The waits between are those of [#reconnect].
    public CircleClientBuilder connectPatience(Duration patience) {
        retry = retry.patience(patience);
        return this;
    }

    /// Who is told how the client stands: one state at a time, in order, on a virtual thread of
    /// the client's own, where it may block and use the client. What it throws is logged. When a
    /// thousand wait, new ones are left out.
    public CircleClientBuilder onState(Consumer<ClientState> listener) {
        onState = listener;
        return this;
    }

    /// Who gets the circle's notifications that are not a
    /// [subscription's][CircleClient#subscribe]: one at a time, in order, on a virtual thread of
    /// the client's own, where it may block and use the client. What it throws is logged. When
    /// more than 4 Mi characters of events wait for it, new ones are dropped, see
    /// [#onLostEvents].
    public CircleClientBuilder onEvent(Consumer<RpcMessage.Notification> listener) {
        onEvent = listener;
        return this;
    }

    /// Who is told how many events for [#onEvent] were dropped, in their place and by the same
    /// thread.
    public CircleClientBuilder onLostEvents(LongConsumer listener) {
        onLostEvents = listener;
        return this;
    }

    /// Who decides what the client's key signs. After the log-in the client listens, as one of
    /// perhaps several devices of its key, and asks the handler about each request that it finds
    /// in order: all fields within their bounds, not expired by the circle's clock, the digest
    /// one that it knows, and the message none that this protocol itself has signed, such as a
    /// log-in. Other requests are rejected unseen. The client computes the digest itself, with
    /// the key that the circle has proven, and sends what [DigestSigner] makes of it once the
    /// handler approves.
    ///
    /// The client goes on listening in its next session and on its next connection, where the
    /// circle shows again what still waits. At most 256 requests, of 8 Mi characters together,
    /// are open at once; what comes on top is left to other devices.
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

    /// Until when a client waits is said by this clock; nothing is decided by it.
    CircleClientBuilder clock(InstantSource source) {
        clock = source;
        return this;
    }

    /// Whom to trust instead of the authorities of this JVM, and the client's own certificate
    /// where one is asked for. That the certificate is the dialled host's is checked in any case.
    public CircleClientBuilder tls(SSLContext context) {
        tls = context;
        return this;
    }

    /// Another header of the request to upgrade, such as `Authorization` for a gateway. Replaces
    /// one of that name.
    ///
    /// @throws IllegalArgumentException when it is no header, or one that the upgrade needs itself
    public CircleClientBuilder header(String name, String value) {
        TransportSettings.checkHeader(name, value);
        headers.put(name, value);
        return this;
    }

    /// Dials through an HTTP proxy that opens tunnels (`CONNECT`). The proxy is told the circle's
    /// host and port, and looks the name up.
    ///
    /// @throws IllegalArgumentException when it is no host and port
    public CircleClientBuilder proxy(String host, int port) {
        proxy = new HttpProxy(host, port, null);
        return this;
    }

    /// The same for a proxy that asks for a name and a password, which it gets unencrypted
    /// (Basic).
    ///
    /// @throws IllegalArgumentException when it is no host and port, or the name has a colon
    public CircleClientBuilder proxy(String host, int port, String user, String password) {
        proxy = HttpProxy.of(host, port, user, password);
        return this;
    }

    /// Dials, and logs in when there is a signer. Blocks until the client is ready to be used; can
    /// be interrupted. When it throws, nothing is left open.
    ///
    /// @throws IllegalArgumentException when what was collected does not fit together
    /// @throws DialException when no connection came about
    /// @throws UntrustedCircleException when the circle is not who it should be; nothing was
    ///     signed
    /// @throws CircleException when the circle refused the log-in
    /// @throws ClientException when the connection was lost, or an answer was late or wrong
    public CircleClient connect() throws InterruptedException {
        TransportSettings transport =
                new TransportSettings(
                        connectTimeout, keepAlive, maxMessageBytes, headers, tls, proxy);
        return CircleClient.connect(
                new ClientSettings(
                        endpoint,
                        signer,
                        circle,
                        requestTimeout,
                        transport,
                        retry,
                        new Listeners(onEvent, onLostEvents, onState, onSignRequest),
                        random,
                        clock));
    }
}
