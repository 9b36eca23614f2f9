package io.circles.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
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
    /// @param tls whom to trust; null for whom this JVM trusts
    /// @throws IOException when it failed
    /// @throws TimeoutException when it took too long
    static Dialed dial(Endpoint endpoint, @Nullable SSLContext tls, Deadline deadline)
            throws IOException, TimeoutException, InterruptedException {
        CompletableFuture<Dialed> result = new CompletableFuture<>();
        Thread thread =
                Thread.ofVirtual()
                        .name("circle dial " + endpoint.origin())
                        .start(() -> dial(endpoint, tls, deadline, result));
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
            @Nullable SSLContext tls,
            Deadline deadline,
            CompletableFuture<Dialed> result) {
        try {
            Dialed dialed = secured(connected(endpoint, deadline), endpoint, tls, deadline);
            if (!result.complete(dialed)) {
                dialed.abort();
            }
        } catch (IOException | RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    private static Socket connected(Endpoint endpoint, Deadline deadline) throws IOException {
        InetAddress[] addresses = InetAddress.getAllByName(endpoint.host());
        for (int i = 0; ; i++) {
            Socket socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.setKeepAlive(true);
                int left = addresses.length - i;
                socket.connect(
                        new InetSocketAddress(addresses[i], endpoint.port()),
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

    /// Closes properly; may block for as long as TLS needs to say so, when someone else is writing.
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
