package io.circles.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A TCP proxy in front of a server on this machine, which does to connections what networks do:
/// cuts them, halves what they carry, delays it, holds it back, or lets nothing through; or what a
/// bad server or somebody in between does: says things of its own, or gives itself out as the
/// server. In front of several servers it is a load balancer.
///
/// Concurrency: two virtual threads for each connection, one for each way; any thread says what
/// happens. What goes to a client is written under its connection's monitor.
final class FaultyProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int LONGEST_HEAD = 10;
    private static final int LENGTH_OF_TWO_BYTES = 126;
    private static final Pattern HOST = Pattern.compile("(?im)^(Host: [^\\r]*:)[0-9]+");
    private static final Duration LONGEST_DIAL = Duration.ofSeconds(10);

    /// What happens once to the next answer of a script.
    private enum Ambush {
        SWALLOW,
        HALVE
    }

    private final ServerSocket server;
    private final int[] targets;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Ambush> ambush = new AtomicReference<>();
    private volatile boolean blackhole;
    private volatile boolean refusing;
    private volatile boolean posing;
    private volatile Duration delay = Duration.ZERO;

    /// What comes goes on when it is at zero.
    private volatile CountDownLatch held = new CountDownLatch(0);

    /// @param targets the port of the server; or those of several, the first of which that accepts
    ///     a connection has it
    FaultyProxy(int... targets) throws IOException {
        this.targets = targets.clone();
        this.server = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::acceptAll);
    }

    int port() {
        return server.getLocalPort();
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException e) {
            cut(); // closed
        }
    }

    private void serve(Socket client) {
        try {
            awaitLetGo();
            Connection connection = new Connection(client, dialled());
            connections.add(connection);
            try {
                connection.pass();
            } finally {
                connections.remove(connection);
            }
        } catch (IOException e) {
            reset(client);
        }
    }

    /// The first server that accepts.
    private Socket dialled() throws IOException {
        throwIfRefusing();
        IOException refused = new IOException("no server");
        for (int target : targets) {
            Socket socket = new Socket();
            try {
                socket.connect(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), target),
                        (int) LONGEST_DIAL.toMillis());
                return socket;
            } catch (IOException e) {
                socket.close();
                refused = e;
            }
        }
        throw refused;
    }

    private void throwIfRefusing() throws IOException {
        if (refusing) {
            throw new IOException("refused");
        }
    }

    private static void reset(Socket socket) {
        try {
            if (!socket.isClosed()) {
                socket.setSoLinger(true, 0);
            }
            socket.close();
        } catch (IOException e) {
            // closed by another thread: that will do
            return;
        }
    }

    /// Closes all connections by a reset.
    void cut() {
        connections.forEach(Connection::cut);
    }

    /// The next answer of a script is thrown away, and its connection is cut: what it says was
    /// done.
    void cutAtReply() {
        ambush.set(Ambush.SWALLOW);
    }

    /// The next answer of a script is passed on by half, then its connection is cut.
    void halve() {
        ambush.set(Ambush.HALVE);
    }

    /// Whether nobody has run into what was set up by [#cutAtReply] or [#halve].
    boolean isArmed() {
        return ambush.get() != null;
    }

    /// Lets nothing through any more, and closes nothing.
    void blackhole() {
        blackhole = true;
    }

    /// Holds back what comes, the ends of connections and new ones too, until it [heals][#heal].
    void stall() {
        held = new CountDownLatch(1);
    }

    private void awaitLetGo() throws IOException {
        try {
            held.await();
        } catch (InterruptedException e) {
            throw new IOException("nobody interrupts this thread", e);
        }
    }

    /// Closes new connections.
    void refuse() {
        refusing = true;
    }

    /// Gives itself out as the server in new connections: names the server's address, not its own.
    void pose() {
        posing = true;
    }

    /// Sends a text frame to all clients as if it were the server's.
    ///
    /// @param announced how many bytes the frame says that it has
    void say(String text, long announced, int times) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        byte[] head = head(announced);
        ByteBuffer frames = ByteBuffer.allocate(times * (head.length + body.length));
        for (int i = 0; i < times; i++) {
            frames.put(head).put(body);
        }
        connections.forEach(connection -> connection.say(frames.array()));
    }

    /// Of an unmasked text frame that is whole (RFC 6455, section 5.2).
    private static byte[] head(long length) {
        ByteBuffer head = ByteBuffer.allocate(LONGEST_HEAD).put((byte) 0x81);
        if (length < LENGTH_OF_TWO_BYTES) {
            head.put((byte) length);
        } else if (length <= 0xffff) {
            head.put((byte) LENGTH_OF_TWO_BYTES).putShort((short) length);
        } else {
            head.put((byte) (LENGTH_OF_TWO_BYTES + 1)).putLong(length);
        }
        return Arrays.copyOf(head.array(), head.position());
    }

    /// What the server sends from now on comes so much later.
    void delay(Duration howMuch) {
        delay = howMuch;
    }

    /// New connections are as they should be; those that have lost something are cut, and what was
    /// held back goes on.
    void heal() {
        boolean lossy = blackhole;
        blackhole = false;
        refusing = false;
        posing = false;
        delay = Duration.ZERO;
        held.countDown();
        if (lossy) {
            cut();
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        refusing = true;
        cut();
        held.countDown();
    }

    private final class Connection {
        private final Socket client;
        private final Socket server;

        Connection(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        /// Returns when it has ended.
        void pass() throws IOException {
            try {
                throwIfRefusing();
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                Thread.ofVirtual().start(this::toServer);
                toClient();
            } catch (IOException e) {
                cut();
            }
        }

        void toServer() {
            try {
                if (posing) {
                    pose(client.getInputStream(), server.getOutputStream());
                }
                pass(client.getInputStream(), server.getOutputStream());
            } catch (IOException e) {
                cut();
            }
        }

        /// The request to upgrade is what comes first, in one piece.
        private void pose(InputStream from, OutputStream to) throws IOException {
            byte[] bytes = new byte[BUFFER_BYTES];
            int length = Math.max(0, from.read(bytes));
            String head = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
            String changed = HOST.matcher(head).replaceFirst("$1" + targets[0]);
            to.write(changed.getBytes(StandardCharsets.ISO_8859_1));
        }

        private void pass(InputStream from, OutputStream to) throws IOException {
            byte[] bytes = new byte[BUFFER_BYTES];
            int length;
            while ((length = read(from, bytes)) != -1) {
                if (!blackhole) {
                    to.write(bytes, 0, length);
                }
            }
            client.close();
            server.close();
        }

        /// Also the end is held back.
        private int read(InputStream from, byte[] bytes) throws IOException {
            int length = from.read(bytes);
            awaitLetGo();
            return length;
        }

        void toClient() throws IOException {
            byte[] bytes = new byte[BUFFER_BYTES];
            int length;
            while ((length = read(server.getInputStream(), bytes)) != -1) {
                if (!blackhole) {
                    LockSupport.parkNanos(delay.toNanos());
                    write(ambushed(Arrays.copyOf(bytes, length)));
                }
            }
            client.close();
            server.close();
        }

        private synchronized void write(byte[] bytes) throws IOException {
            client.getOutputStream().write(bytes);
        }

        void say(byte[] frames) {
            try {
                write(frames);
            } catch (IOException e) {
                cut();
            }
        }

        private byte[] ambushed(byte[] read) throws IOException {
            if (!new String(read, StandardCharsets.ISO_8859_1).contains("\"output\":")) {
                return read;
            }
            Ambush now = ambush.getAndSet(null);
            if (now == Ambush.HALVE) {
                write(Arrays.copyOf(read, read.length / 2));
            }
            if (now != null) {
                throw new IOException("cut, as the test wants it");
            }
            return read;
        }

        void cut() {
            reset(client);
            try {
                server.close();
            } catch (IOException e) {
                // closed by the other thread: that will do
                return;
            }
        }
    }
}
