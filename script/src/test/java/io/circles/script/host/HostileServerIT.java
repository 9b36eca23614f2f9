package io.circles.script.host;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Servers that answer too much, too slowly or not in HTTP.
@Timeout(60)
@Tag("waiting")
class HostileServerIT {
    private static final Duration SHORT = Duration.ofMillis(500);
    private static final Duration GRACE = Duration.ofSeconds(3);
    private static final String HEAD = "HTTP/1.1 200 OK\r\n";

    private final Fetching fetching = Fetching.locally();

    @AfterEach
    void close() {
        fetching.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "Content-Length: 100000000000\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\nfffffff\r\n"
            })
    void anEndlessBodyIsCutOffAtTheBudget(String framing) throws IOException {
        try (RawServer server = new RawServer((request, out) -> flood(HEAD + framing, "x", out))) {
            assertOverBudget(server);
            await().untilAsserted(() -> assertThat(server.brokenOff()).isEqualTo(1));
        }
    }

    @Test
    void aGzipBombIsCutOffAtTheBudget() throws IOException {
        var bomb = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bomb)) {
            gzip.write(new byte[200_000_000]);
        }
        assertThat(bomb.size()).isLessThan(1_000_000);
        String head = HEAD + "Content-Encoding: gzip\r\nContent-Length: " + bomb.size();
        try (RawServer server =
                new RawServer(
                        (request, out) -> {
                            out.write((head + "\r\n\r\n").getBytes(ISO_8859_1));
                            bomb.writeTo(out);
                        })) {
            assertOverBudget(server);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"X: ", "X: y\r\n", "X: y\r\n z", "\r\n"})
    void endlessHeadersAreCutOff(String piece) throws IOException {
        try (RawServer server = new RawServer((request, out) -> flood(HEAD, piece, out))) {
            if (piece.isBlank()) {
                assertOverBudget(server);
            } else {
                assertThat(fetching.failure(server))
                        .isEqualTo(
                                "127.0.0.1:%d answered with too many or too big headers",
                                server.port());
            }
        }
    }

    @Test
    void headersThatAreTooBigTogetherAreRefused() throws IOException {
        String header = "X: " + "y".repeat(10_000) + "\r\n";
        try (RawServer server = RawServer.always(HEAD + header.repeat(7) + "\r\n")) {
            assertThat(fetching.failure(server)).contains("too many or too big headers");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\r\n",
                "hello",
                "HTTP/1.1\r\n\r\n",
                "HTTP/1.1 abc OK\r\n\r\n",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
                "HTTP/1.1 600 Odd\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 -200 Odd\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nno gzip"
            })
    void whatIsNotHttpIsAnErrorThatNamesTheServerOnly(String answer) throws IOException {
        try (RawServer server = RawServer.always(answer)) {
            assertThat(fetching.failure(server))
                    .contains("127.0.0.1:" + server.port())
                    .doesNotContain("Exception", "java", "localhost/");
        }
    }

    @Test
    void endlessInterimAnswersEndAtTheDeadline() throws IOException {
        try (RawServer server =
                new RawServer((request, out) -> flood("", "HTTP/1.1 100 Go on\r\n\r\n", out))) {
            assertEndsAtTheDeadline(server.url(), server);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 O",
                "HTTP/1.1 200 OK\r\nX: ",
                "HTTP/1.1 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n"
            })
    void aServerThatGivesOneByteAfterTheOtherIsLeftAtTheDeadline(String start) throws IOException {
        try (RawServer server = new RawServer((request, out) -> drip(start, out))) {
            assertEndsAtTheDeadline(server.url(), server);
            await().untilAsserted(() -> assertThat(server.brokenOff()).isEqualTo(1));
        }
    }

    @Test
    void aServerThatNeverShakesHandsIsLeftAtTheDeadline() throws IOException {
        try (RawServer server = new RawServer((request, out) -> drip("", out))) {
            assertEndsAtTheDeadline(server.url().replace("http:", "https:"), server);
        }
    }

    @Test
    void silenceIsLeftAtTheDeadlineAndNotAMomentEarlier() throws IOException {
        fetching.within(Duration.ofMillis(30));
        var over = new CompletableFuture<Void>();
        try (RawServer server = new RawServer((request, out) -> over.join())) {
            for (int i = 0; i < 50; i++) {
                assertThat(fetching.failure(server)).endsWith("did not answer in time");
            }
            over.complete(null);
        }
    }

    @Test
    void aNameThatIsNeverAnsweredIsLeftAtTheDeadline() {
        var ended = new CountDownLatch(1);
        try (Fetching slow =
                new Fetching(
                        host -> {
                            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(30));
                            ended.countDown();
                            return Fetching.addresses("127.0.0.1");
                        })) {
            long start = System.nanoTime();
            String failure = slow.within(SHORT).failure("https://a.example/", "a.example");

            assertThat(failure).endsWith("in time");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(SHORT, GRACE);
        }
    }

    @Test
    void aDeadlineThatIsOverSendsNothing() throws IOException {
        try (RawServer server = RawServer.always(HEAD + "\r\n")) {
            fetching.within(Duration.ofSeconds(-1));

            assertThat(fetching.failure(server)).endsWith("did not answer in time");
            assertThat(server.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCallerThatIsInterruptedStopsAndStaysInterrupted(boolean virtual) throws Exception {
        var failure = new AtomicReference<String>();
        try (RawServer server = new RawServer((request, out) -> drip(HEAD + "\r\n", out))) {
            Runnable call =
                    () -> {
                        String message = fetching.failure(server);
                        failure.set(message + Thread.currentThread().isInterrupted());
                    };
            Thread caller =
                    virtual ? Thread.startVirtualThread(call) : Thread.ofPlatform().start(call);
            await().until(() -> server.requests().size() == 1);
            caller.interrupt();

            assertThat(caller.join(GRACE)).isTrue();
            assertThat(failure).hasValue("the request was interruptedtrue");
            await().untilAsserted(() -> assertThat(server.brokenOff()).isEqualTo(1));
        }
    }

    @Test
    void closingEndsWhatIsOnItsWay() throws Exception {
        var failure = new AtomicReference<String>();
        try (RawServer server = new RawServer((request, out) -> drip(HEAD + "\r\n", out))) {
            Thread caller = Thread.startVirtualThread(() -> failure.set(fetching.failure(server)));
            await().until(() -> server.requests().size() == 1);
            fetching.close();

            assertThat(caller.join(GRACE)).isTrue();
            assertThat(failure.get()).startsWith("the connection to 127.0.0.1");
        }
    }

    private void assertOverBudget(RawServer server) {
        assertThatExceptionOfType(CircleException.class)
                .isThrownBy(() -> fetching.get(server))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.HTTP));
    }

    private void assertEndsAtTheDeadline(String url, RawServer server) {
        long start = System.nanoTime();
        String failure = fetching.within(SHORT).failure(url, "127.0.0.1:" + server.port());

        assertThat(failure).isEqualTo("127.0.0.1:%d did not answer in time", server.port());
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(SHORT, GRACE);
    }

    private static void flood(String head, String piece, OutputStream out) throws IOException {
        out.write(head.getBytes(ISO_8859_1));
        byte[] many = piece.repeat(1_000).getBytes(ISO_8859_1);
        while (true) {
            out.write(many);
        }
    }

    private static void drip(String start, OutputStream out) throws IOException {
        out.write(start.getBytes(ISO_8859_1));
        while (true) {
            out.write('1');
            out.flush();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
