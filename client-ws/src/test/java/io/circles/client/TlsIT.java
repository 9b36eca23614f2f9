package io.circles.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Against a circle whose certificate is made out to 127.0.0.1 and signed by nobody.
@Timeout(60)
class TlsIT {
    private static final String PASSWORD = "changeit";

    @TempDir static Path folder;

    private static SSLContext tls;
    private static FakeCircle fake;

    @BeforeAll
    static void start() throws Exception {
        tls = context(certificate());
        fake = FakeCircle.open(tls);
    }

    @AfterAll
    static void stop() {
        fake.close();
    }

    private static Path certificate() throws IOException, InterruptedException {
        Path file = folder.resolve("circle.p12");
        String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process process =
                new ProcessBuilder(
                                keytool,
                                "-genkeypair",
                                "-alias",
                                "circle",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=circle",
                                "-ext",
                                "san=ip:127.0.0.1",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                file.toString(),
                                "-storepass",
                                PASSWORD)
                        .redirectErrorStream(true)
                        .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        return file;
    }

    private static SSLContext context(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("circle", store.getCertificate("circle"));
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, PASSWORD.toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    @Test
    void aTrustedCircleIsSpokenToOverTls() throws Exception {
        try (CircleClient client =
                CircleClient.builder(fake.uri()).keyPair(Nonces.CLIENT).tls(tls).connect()) {
            assertThat(client.play("1").output()).isEqualTo("1");
            String big = "x".repeat(3_000_000);
            assertThat(client.play(big).output()).isEqualTo(big);
        }
    }

    @Test
    void aSilentCircleIsPingedOverTlsAndThenGoesOn() throws Exception {
        try (CircleClient client =
                CircleClient.builder(fake.uri())
                        .tls(tls)
                        .keepAlive(Duration.ofSeconds(1))
                        .neverReconnect()
                        .connect()) {
            fake.on(
                    "slow",
                    (ws, request) ->
                            CompletableFuture.delayedExecutor(2_500, TimeUnit.MILLISECONDS)
                                    .execute(
                                            () ->
                                                    FakeCircle.result(
                                                            ws, request, FakeCircle.parsed("1"))));
            assertThat(client.request("slow", null, Integer.class)).isEqualTo(1);
            assertThat(client.play("1").output()).isEqualTo("1");
        }
    }

    @Test
    void aCertificateThatThisJvmDoesNotTrustIsRefused() {
        assertThatThrownBy(CircleClient.builder(fake.uri())::connect)
                .isInstanceOf(DialException.class)
                .hasMessageContaining("is not trusted")
                .hasCauseInstanceOf(SSLException.class);
    }

    @Test
    void aCertificateMadeOutToAnotherHostIsRefused() {
        CircleClientBuilder builder = CircleClient.builder(fake.uri("localhost", "/")).tls(tls);

        assertThatThrownBy(builder::connect)
                .isInstanceOf(DialException.class)
                .hasMessageContaining("localhost")
                .hasCauseInstanceOf(SSLException.class);
    }
}
