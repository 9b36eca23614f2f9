package io.circles.script.state;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Stands between a program and PostgreSQL, and cuts the line when the program says COMMIT: in
/// words, or by the name under which its driver had the database prepare it.
final class CuttingProxy implements AutoCloseable {
    /// What happens to the next COMMIT.
    enum Cut {
        /// Nothing.
        NONE,
        /// It does not arrive.
        BEFORE,
        /// It arrives, and the answer does not.
        AFTER,
        /// The same, and nothing goes through any more.
        AFTER_FOR_GOOD,
        /// It stays here, and the line is not cut.
        STAYS,
        /// The same, and so does all that comes after it over any line.
        STALL
    }

    private static final String COMMIT = "COMMIT\0";
    private static final Pattern PREPARED = Pattern.compile("(S_\\d+\\x00)COMMIT\\x00");

    private final ServerSocket server;
    private final int target;
    private final AtomicReference<Cut> next = new AtomicReference<>(Cut.NONE);
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile boolean refuses;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile CountDownLatch flow = new CountDownLatch(0);

    CuttingProxy(int target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    void cutNext(Cut cut) {
        next.set(cut);
    }

    /// Whether the next COMMIT is still to come.
    boolean waits() {
        return next.get() != Cut.NONE;
    }

    /// From now on nothing goes through, or all does again.
    void refuse(boolean value) throws IOException {
        refuses = value;
        if (value) {
            closeAllBut(null);
        }
    }

    /// From now on what comes stays here, and nobody is told.
    void stall() {
        flow = new CountDownLatch(1);
    }

    /// Lets all of it go on.
    void goOn() {
        flow.countDown();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                if (refuses) {
                    client.close();
                } else {
                    connect(client);
                }
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void connect(Socket client) throws IOException {
        Socket database = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.addAll(List.of(client, database));
        Thread.ofVirtual().start(() -> toDatabase(client, database));
        Thread.ofVirtual().start(() -> copy(database, client));
    }

    private void toDatabase(Socket client, Socket database) {
        byte[] buffer = new byte[1 << 16];
        try (client;
                database) {
            InputStream in = client.getInputStream();
            OutputStream out = database.getOutputStream();
            String commit = COMMIT;
            for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                String text = new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
                boolean commits = text.contains(COMMIT) || text.contains(commit);
                Matcher prepared = PREPARED.matcher(text);
                commit = prepared.find() ? '\0' + prepared.group(1) : commit;
                Cut cut = commits ? next.getAndSet(Cut.NONE) : Cut.NONE;
                if (cut == Cut.BEFORE) {
                    return;
                }
                if (cut == Cut.AFTER_FOR_GOOD) {
                    refuses = true;
                    closeAllBut(database);
                }
                switch (cut) {
                    case STAYS -> closed.await();
                    case STALL -> stall();
                    case AFTER, AFTER_FOR_GOOD -> client.close();
                    case NONE, BEFORE -> {}
                }
                flow.await();
                out.write(buffer, 0, n);
                if (cut == Cut.AFTER || cut == Cut.AFTER_FOR_GOOD) {
                    database.shutdownOutput();
                    database.getInputStream().readAllBytes();
                    return;
                }
            }
        } catch (IOException | InterruptedException e) {
            // the other side is gone
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // the other side is gone
        }
    }

    private void closeAllBut(@Nullable Socket kept) throws IOException {
        for (Socket socket : sockets) {
            if (socket != kept) {
                socket.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        goOn();
        closed.countDown();
        server.close();
        closeAllBut(null);
    }
}
