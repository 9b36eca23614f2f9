package io.circles.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.protocol.crypto.KeyPair;
import io.circles.script.bus.Bus;
import io.circles.server.metrics.Metrics;
import io.circles.server.session.Origin;
import io.circles.server.transcript.Cast;
import io.circles.server.transport.Admission;
import io.circles.server.transport.Admission.Admitted;
import io.circles.server.transport.Admission.Destination;
import io.circles.server.transport.Admission.Refused;
import io.circles.server.transport.Admission.RequestHead;
import io.circles.server.transport.Admission.Routed;
import io.circles.server.transport.Admission.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MountsTest {
    private static final InetSocketAddress SHARED =
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9000);
    private static final InetSocketAddress OWN =
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9001);
    private static final String HOST = "127.0.0.1:9000";

    @TempDir private Path folder;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final StubScripts scripts = new StubScripts();
    private final CircleHost.Shared shared =
            new CircleHost.Shared(
                    scripts,
                    new FirstWorker(
                            scripts::awaitReady, CircleServer.FIRST_WORKER, System::nanoTime),
                    threads,
                    timer,
                    timer,
                    Optional.empty(),
                    Bus.alone(),
                    InstantSource.system(),
                    new SecureRandom(),
                    new Metrics(scripts));
    private final Mounts mounts = new Mounts();

    @AfterEach
    void stop() {
        timer.shutdownNow();
        threads.shutdownNow();
    }

    private CircleServer mount(InetSocketAddress address, CircleConfig config) {
        return mount(address, config, mounts::remove);
    }

    private CircleServer mount(
            InetSocketAddress address, CircleConfig config, Consumer<CircleServer> onClose) {
        try {
            CircleServer circle =
                    new CircleServer(config, Origins.of(config, address), shared, onClose);
            mounts.add(new Mounts.Mount(address, circle));
            return circle;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private CircleServer mount(InetSocketAddress address, Cast who) {
        return mount(address, CircleConfig.builder("test", who.pair()).data(folder).build());
    }

    private Verdict decide(InetSocketAddress local, String path) {
        return mounts.decide(
                new RequestHead(local, path, "", "127.0.0.1:" + local.getPort(), null));
    }

    private static String path(Cast who) {
        return "/" + who.pair().publicKey().hex();
    }

    private static void assertRefused(Verdict verdict, int status) {
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Refused.class, r -> assertThat(r.status()).isEqualTo(status));
    }

    @Test
    void aCircleIsFoundByItsKeyAndAloneOnAPortAlsoByNothing() {
        mount(OWN, Cast.ALICE);

        assertThat(decide(OWN, path(Cast.ALICE))).isInstanceOf(Admitted.class);
        assertThat(decide(OWN, "/")).isInstanceOf(Admitted.class);
    }

    @Test
    void onASharedPortOnlyTheKeySaysWhichCircle() {
        mount(SHARED, Cast.ALICE);
        mount(SHARED, Cast.BOB);

        assertThat(decide(SHARED, path(Cast.ALICE))).isInstanceOf(Admitted.class);
        assertThat(decide(SHARED, path(Cast.BOB))).isInstanceOf(Admitted.class);
        assertRefused(decide(SHARED, "/"), 404);
    }

    @Test
    void aCircleIsNotFoundOnThePortOfAnother() {
        mount(SHARED, Cast.ALICE);
        mount(OWN, Cast.BOB);

        assertRefused(decide(OWN, path(Cast.ALICE)), 404);
        assertRefused(decide(SHARED, path(Cast.BOB)), 404);
        assertRefused(
                decide(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9002), "/"), 404);
        assertRefused(
                decide(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), 9001), "/"), 404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/x", "//", "/ws", "/0x", "/02", "/ ", "/%", "/../", "/a/b/c"})
    void whatIsNoKeyIsNotFound(String path) {
        mount(OWN, Cast.ALICE);

        assertRefused(decide(OWN, path), 404);
    }

    @Test
    void anUnknownKeyIsNotFound() {
        mount(OWN, Cast.ALICE);
        KeyPair stranger = KeyPair.generate(new SecureRandom());

        assertRefused(decide(OWN, "/" + stranger.publicKey().hex()), 404);
    }

    @Test
    void aWildcardAddressTakesAllOfItsPort() {
        CircleConfig config =
                CircleConfig.builder("test", Cast.ALICE.pair())
                        .host("0.0.0.0")
                        .origins(List.of(Origin.parse("ws://127.0.0.1:9001")))
                        .build();
        mount(new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 9001), config);

        assertThat(decide(OWN, "/")).isInstanceOf(Admitted.class);
        assertRefused(decide(SHARED, "/"), 404);
    }

    @Test
    void aForeignHostIsForbidden() {
        mount(SHARED, Cast.ALICE);

        assertRefused(mounts.decide(new RequestHead(SHARED, "/", "", "evil.com:9000", null)), 403);
        assertRefused(mounts.decide(new RequestHead(SHARED, "/", "", null, null)), 403);
        assertRefused(mounts.decide(new RequestHead(SHARED, "/", "", "127.0.0.1", null)), 403);
    }

    @Test
    void aForeignPageIsForbiddenAndALoopbackPageIsNot() {
        mount(SHARED, Cast.ALICE);

        assertRefused(
                mounts.decide(new RequestHead(SHARED, "/", "", HOST, "https://evil.com")), 403);
        assertRefused(mounts.decide(new RequestHead(SHARED, "/", "", HOST, "null")), 403);
        assertThat(mounts.decide(new RequestHead(SHARED, "/", "", HOST, "http://localhost:3000")))
                .isInstanceOf(Admitted.class);
    }

    @Test
    void whereAStrangerKnocksNothingIsSaidOfHosts() {
        mount(SHARED, Cast.ALICE);
        mount(SHARED, Cast.BOB);

        assertRefused(mounts.decide(new RequestHead(SHARED, "/x", "", "evil.com", null)), 404);
    }

    @Test
    void aClosedCircleIsNotFoundAndItsNeighbourIs() {
        CircleServer alice = mount(SHARED, Cast.ALICE);
        mount(SHARED, Cast.BOB);
        assertThat(mounts.isUsed(SHARED)).isTrue();
        alice.close();

        assertRefused(decide(SHARED, path(Cast.ALICE)), 404);
        assertThat(decide(SHARED, path(Cast.BOB))).isInstanceOf(Admitted.class);
        assertThat(mounts.isUsed(SHARED)).isTrue();
        assertThat(mounts.isUsed(OWN)).isFalse();
    }

    @Test
    void aCircleThatStopsHasNoRoom() {
        CircleServer circle = mount(OWN, Cast.ALICE);
        Admission.Verdict before = decide(OWN, "/");
        circle.close();
        mounts.add(new Mounts.Mount(OWN, circle));

        assertThat(before).isInstanceOf(Admitted.class);
        assertRefused(decide(OWN, "/"), 503);
    }

    private Destination route(InetSocketAddress local, String path) {
        String host = "127.0.0.1:" + local.getPort();
        return mounts.route("GET", new RequestHead(local, path, "", host, null));
    }

    private static void assertRefused(Destination destination, int status) {
        assertThat(destination)
                .isInstanceOfSatisfying(
                        Refused.class, r -> assertThat(r.status()).isEqualTo(status));
    }

    @Test
    void plainRequestsAreFoundAsSocketsAre() {
        mount(SHARED, Cast.ALICE);
        mount(SHARED, Cast.BOB);
        mount(OWN, Cast.CIRCLE);

        assertThat(route(SHARED, path(Cast.BOB))).isInstanceOf(Routed.class);
        assertThat(route(OWN, "/")).isInstanceOf(Routed.class);
        assertRefused(route(SHARED, "/"), 404);
        assertRefused(route(OWN, path(Cast.BOB)), 404);
        assertRefused(route(OWN, path(Cast.CIRCLE) + "/"), 404);
        assertRefused(route(OWN, path(Cast.CIRCLE) + "/nothing"), 404);
        assertRefused(route(OWN, "*"), 404);
        assertRefused(mounts.route("GET", new RequestHead(OWN, "/", "", "evil.com", null)), 403);
        assertRefused(
                mounts.route(
                        "GET", new RequestHead(OWN, "/", "", "127.0.0.1:9001", "https://evil.com")),
                403);
    }

    @Test
    void whatIsBelowAKeyIsFoundWhateverItsSlashes() {
        mount(SHARED, Cast.ALICE);
        for (int i = 5; i <= 20; i++) {
            KeyPair key = KeyPair.of(HexFormat.of().parseHex("%064x".formatted(i)));
            String base64 = Base64.getEncoder().encodeToString(key.publicKey().bytes());
            SigSocketConfig signing =
                    new SigSocketConfig(new SigSocketConfig.Legacy.All(), false, List.of(), true);
            CircleServer circle =
                    mount(SHARED, CircleConfig.builder("test", key).sigSocket(signing).build());

            for (String name : List.of(base64, key.publicKey().hex())) {
                assertThat(decide(SHARED, "/" + name + "/ws")).isInstanceOf(Admitted.class);
                assertThat(route(SHARED, "/" + name + "/status")).isInstanceOf(Routed.class);
                assertThat(route(SHARED, "/" + name + "/connected/" + base64))
                        .isInstanceOfSatisfying(
                                Routed.class,
                                routed ->
                                        assertThat(routed.parameters())
                                                .isEqualTo(Map.of("public_key", base64)));
                assertRefused(decide(SHARED, "/" + name + "/status"), 404);
                assertRefused(decide(SHARED, "/" + name + "//ws"), 404);
                assertRefused(decide(SHARED, "/" + name + "/ws/"), 404);
            }
            assertRefused(decide(SHARED, "/ws"), 404);
            assertRefused(route(SHARED, "/status"), 404);
            circle.close();
        }
    }

    @Test
    void aCircleThatIsStoppingSaysSo() {
        CircleConfig config = CircleConfig.builder("test", Cast.ALICE.pair()).build();
        AtomicBoolean told = new AtomicBoolean();
        CircleServer alice =
                mount(
                        SHARED,
                        config,
                        stopping -> {
                            mounts.remove(stopping);
                            assertThat(mounts.isUsed(SHARED)).isFalse();
                            assertRefused(decide(SHARED, path(Cast.ALICE)), 503);
                            assertRefused(route(SHARED, "/"), 503);
                            told.set(true);
                        });

        alice.close();
        assertThat(told).isTrue();

        assertRefused(decide(SHARED, path(Cast.ALICE)), 404);
        assertRefused(route(SHARED, "/"), 404);
    }
}
