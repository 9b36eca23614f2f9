package io.circles.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.circles.protocol.ErrorCode;
import io.circles.protocol.SignDigest;
import io.circles.server.SigSocketConfig.Legacy;
import io.circles.server.socket.HttpAnswer;
import io.circles.server.socket.RawSocket;
import io.circles.server.transcript.Cast;
import io.circles.server.transcript.LogIn;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What whoever watches the server sees.
class OperatorIT {
    private final StubScripts scripts = new StubScripts();
    private CircleHost host;
    private CircleServer circle;
    private InetSocketAddress operator;

    @BeforeEach
    void start() throws IOException {
        host = CircleHost.start(scripts);
        circle =
                host.mount(
                        TestCircles.circle()
                                .sigSocket(
                                        new SigSocketConfig(
                                                new Legacy.All(), false, List.of(), false))
                                .build());
        operator = host.serveOperator(0);
    }

    @AfterEach
    void stop() {
        host.close();
    }

    private HttpAnswer get(String path, String... headers) {
        return ask("GET", path, "127.0.0.1:" + operator.getPort(), headers);
    }

    private HttpAnswer ask(String method, String path, String name, String... headers) {
        String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        return RawSocket.request(
                operator,
                method + " " + path + " HTTP/1.1\r\nHost: " + name + "\r\n" + more + "\r\n");
    }

    private List<String> metrics() {
        HttpAnswer answer = get("/metrics");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers())
                .containsEntry("Content-Type", "text/plain;version=0.0.4;charset=utf-8");
        return answer.body().lines().toList();
    }

    private void awaitMetric(String line) {
        await().untilAsserted(() -> assertThat(metrics()).contains(line));
    }

    @Test
    void requestsAndRunsAreCountedByWhatTheyCameTo() throws InterruptedException {
        try (RawSocket talk = RawSocket.dial(circle.url())) {
            LogIn.as(Cast.ALICE, talk);
            for (String call :
                    List.of(
                            "\"method\":\"play\",\"params\":[\"x\"]",
                            "\"method\":\"play\"",
                            "\"method\":\"no such\\nmethod\"")) {
                talk.send("{\"jsonrpc\":\"2.0\",\"id\":1," + call + "}");
                assertThat(talk.receive()).contains("\"id\":1");
            }
            awaitMetric("circles_connections{circle=\"test\"} 1.0");
            awaitMetric(
                    "circles_requests_total{circle=\"test\",method=\"play\",outcome=\"ok\"} 1.0");
            awaitMetric(
                    "circles_requests_total{circle=\"test\",method=\"play\",outcome=\"invalid_params\"} 1.0");
            awaitMetric(
                    "circles_requests_total{circle=\"test\",method=\"unknown\",outcome=\"method_not_found\"} 1.0");
            awaitMetric("circles_runs_total{circle=\"test\",outcome=\"ok\"} 1.0");
            assertThat(metrics()).noneMatch(line -> line.contains("no such"));
        }
        awaitMetric("circles_connections{circle=\"test\"} 0.0");
    }

    @Test
    void requestsToSignAreCountedByHowTheyEnded() {
        try (OldDevice alice = OldDevice.of(Cast.ALICE, circle)) {
            awaitMetric("circles_sign_connected_keys{circle=\"test\"} 1.0");
            Asking signed = Asking.of(circle, Cast.ALICE, "pay");
            alice.asked();
            awaitMetric("circles_sign_pending{circle=\"test\"} 1.0");
            alice.answer("pay");
            signed.assertSigned(Cast.ALICE);
            Asking.of(
                            circle,
                            Asking.ask(
                                    Cast.ALICE, "more", SignDigest.SHA256, Duration.ofMillis(50)))
                    .assertFailed(ErrorCode.SIGNER_TIMEOUT);

            awaitMetric("circles_sign_pending{circle=\"test\"} 0.0");
            awaitMetric(
                    "circles_sign_requests_seconds_count{circle=\"test\",state=\"approved\"} 1");
            awaitMetric("circles_sign_requests_seconds_count{circle=\"test\",state=\"expired\"} 1");
            assertThat(metrics())
                    .noneMatch(line -> line.contains(Cast.ALICE.pair().publicKey().hex()));
        }
    }

    @Test
    void nothingIsShownOfACircleThatIsClosed() {
        assertThat(metrics()).anyMatch(line -> line.contains("circle=\"test\""));
        assertThat(get("/health").body()).isEqualTo("{\"status\":\"ok\",\"circles\":1}\n");
        circle.close();

        assertThat(metrics()).noneMatch(line -> line.contains("circle=\"test\""));
        assertThat(get("/health").body()).isEqualTo("{\"status\":\"ok\",\"circles\":0}\n");
    }

    @Test
    void onlyThisMachineIsToldAndNoPage() {
        assertThat(operator.getAddress().isLoopbackAddress()).isTrue();
        assertThat(ask("GET", "/health", "localhost:" + operator.getPort()).status())
                .isEqualTo(200);
        assertThat(ask("GET", "/health", "evil.com").status()).isEqualTo(403);
        assertThat(get("/health", "Origin: https://evil.com").status()).isEqualTo(403);
        assertThat(ask("POST", "/health", "localhost:" + operator.getPort()).headers())
                .containsEntry("Allow", "GET, HEAD, OPTIONS");
        assertThat(get("/").status()).isEqualTo(404);
        assertThat(get("/" + circle.publicKey().hex()).status()).isEqualTo(404);
    }

    @Test
    void aTakenPortIsAnErrorAndTheRestRunsOn() {
        assertThatThrownBy(() -> host.serveOperator(circle.url().getPort()))
                .isInstanceOf(BindException.class);

        assertThat(get("/health").status()).isEqualTo(200);
    }
}
