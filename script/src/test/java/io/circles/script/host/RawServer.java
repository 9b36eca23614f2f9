package io.circles.script.host;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;

/// A server on 127.0.0.1 that answers each connection once, with whatever bytes a test gives it,
/// and notes what it was asked and which connections the other side ended. One virtual thread for
/// each connection.
final class RawServer implements AutoCloseable {
    /// What is answered; returning closes the connection.
    @FunctionalInterface
    interface Answer {
        void to(String request, OutputStream out) throws IOException;
    }

    private final ServerSocket socket;
    private final Answer answer;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger brokenOff = new AtomicInteger();

    RawServer(ServerSocketFactory sockets, Answer answer) throws IOException {
        this.socket = sockets.createServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        this.answer = answer;
        Thread.ofVirtual().start(this::serve);
    }

    RawServer(Answer answer) throws IOException {
        this(ServerSocketFactory.getDefault(), answer);
    }

    /// One that answers everything alike.
    static RawServer always(String answer) throws IOException {
        return new RawServer((request, out) -> out.write(answer.getBytes(ISO_8859_1)));
    }

    int port() {
        return socket.getLocalPort();
    }

    String url() {
        return "http://127.0.0.1:" + port() + "/";
    }

    /// Head and body of what came, in order.
    List<String> requests() {
        return requests;
    }

    int connections() {
        return connections.get();
    }

    /// How many connections ended before they were answered.
    int brokenOff() {
        return brokenOff.get();
    }

    private void serve() {
        try {
            while (true) {
                Socket connection = socket.accept();
                connections.incrementAndGet();
                open.add(connection);
                Thread.ofVirtual().start(() -> serve(connection));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            String request = read(connection.getInputStream());
            requests.add(request);
            answer.to(request, connection.getOutputStream());
            connection.getOutputStream().flush();
        } catch (IOException e) {
            brokenOff.incrementAndGet();
        }
    }

    private static String read(InputStream in) throws IOException {
        var request = new StringBuilder();
        while (request.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("ended");
            }
            request.append((char) next);
        }
        for (String line : request.toString().split("\r\n", -1)) {
            if (line.startsWith("Content-Length: ")) {
                int length = Integer.parseInt(line.substring("Content-Length: ".length()));
                request.append(new String(in.readNBytes(length), ISO_8859_1));
            }
        }
        return request.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket connection : open) {
            connection.close();
        }
    }
}
