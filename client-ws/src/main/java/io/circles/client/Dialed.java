package io.circles.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A connected socket, over TLS where the address says so: its certificate is trusted and made out
/// to the host that was dialled. Whoever has it closes it.
///
/// @param tcp what closes at once, whatever else goes on
/// @param stream what is read and written: `tcp`, or TLS on top of it
record Dialed(Socket tcp, Socket stream) {
    private static final Logger LOG = LoggerFactory.getLogger(Dialed.class);

    /// Connects. Blocks until it has, and can be interrupted.
    ///
    /// @throws IOException when it failed
    /// @throws TimeoutException when it took too long
    static Dialed dial(Endpoint endpoint, TransportSettings settings, Deadline deadline)
            throws IOException, TimeoutException, InterruptedException {
        CompletableFuture<Dialed> result = new CompletableFuture<>();
        Thread thread =
                Thread.ofVirtual()
                        .name("circle dial " + endpoint.origin())
                        .start(() -> dial(endpoint, settings, deadline, result));
        try {
            return result.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } finally {
            if (result.cancel(false)) {
                // a virtual thread, so that this ends its connecting and closes its socket
                thread.interrupt();
            }
        }
    }

    private static void dial(
            Endpoint endpoint,
            TransportSettings settings,
            Deadline deadline,
            CompletableFuture<Dialed> result) {
        try {
            HttpProxy proxy = settings.proxy();
            Socket tcp =
                    proxy == null
                            ? connected(endpoint.host(), endpoint.port(), deadline)
                            : proxy.through(connected(proxy, deadline), endpoint, deadline);
            Dialed dialed = secured(tcp, endpoint, settings.tls(), deadline);
            if (!result.complete(dialed)) {
                dialed.abort();
            }
        } catch (IOException | RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    /// A failure here is not the circle's.
    private static Socket connected(HttpProxy proxy, Deadline deadline) throws IOException {
        try {
            return connected(proxy.host(), proxy.port(), deadline);
        } catch (UnknownHostException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(
                    "the proxy %s:%d is not reached: %s"
                            .formatted(proxy.host(), proxy.port(), e.getMessage()),
                    e);
        }
    }

    private static Socket connected(String host, int port, Deadline deadline) throws IOException {
        InetAddress[] addresses = addresses(host);
        for (int i = 0; ; i++) {
            Socket socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.setKeepAlive(true);
                int left = addresses.length - i;
                socket.connect(
                        new InetSocketAddress(addresses[i], port),
                        Math.max(1, deadline.remainingMillis() / left));
                return socket;
            } catch (IOException e) {
                socket.close();
                if (i == addresses.length - 1 || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
            }
        }
    }

    /// @throws UnknownHostException has the host's name, and nothing else, as its message
    private static InetAddress[] addresses(String host) throws UnknownHostException {
        try {
            return InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            UnknownHostException named = new UnknownHostException(host);
            named.initCause(e);
            throw named;
        }
    }

    private static Dialed secured(
            Socket tcp, Endpoint endpoint, @Nullable SSLContext tls, Deadline deadline)
            throws IOException {
        if (!endpoint.secure()) {
            return new Dialed(tcp, tcp);
        }
        try {
            String host = endpoint.host().replaceAll("[\\[\\]]", "");
            SSLSocketFactory factory =
                    tls == null
                            ? (SSLSocketFactory) SSLSocketFactory.getDefault()
                            : tls.getSocketFactory();
            SSLSocket stream = (SSLSocket) factory.createSocket(tcp, host, endpoint.port(), true);
            SSLParameters parameters = stream.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            stream.setSSLParameters(parameters);
            stream.setSoTimeout(deadline.remainingMillis());
            stream.startHandshake();
            stream.setSoTimeout(0);
            return new Dialed(tcp, stream);
        } catch (IOException | RuntimeException e) {
            tcp.close();
            throw e;
        }
    }

    /// Closes properly; may block for as long as TLS needs to say so, when someone else is
    /// writing.
    void close() {
        close(stream);
        close(tcp);
    }

    /// Closes at once, whoever reads or writes.
    void abort() {
        close(tcp);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("a socket did not close well");
        }
    }
}
