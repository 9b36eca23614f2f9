package io.circles.script.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Protocol.Command;

/// Redis over TLS, and with access lists.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RedisAccessIT {
    @TempDir private Path folder;

    private static RedisConnections connections(RedisSettings settings) {
        return new RedisConnections(settings, InstantSource.system(), new SecureRandom());
    }

    private static Object ping(RedisSettings settings) {
        RedisConnections connections = connections(settings);
        try (RedisLink link = connections.open();
                ShortCommands commands = connections.shortCommands()) {
            commands.claim(connections.name("a"), RedisLink.bytes("b"), 1_000);
            return RedisLink.text(link.ask(Command.PING));
        }
    }

    /// A certificate for 127.0.0.1 that is its own authority.
    private Path certificate(String name) throws Exception {
        Process openssl =
                new ProcessBuilder(
                                "openssl",
                                "req",
                                "-x509",
                                "-newkey",
                                "ec",
                                "-pkeyopt",
                                "ec_paramgen_curve:prime256v1",
                                "-nodes",
                                "-days",
                                "2",
                                "-subj",
                                "/CN=" + name,
                                "-addext",
                                "subjectAltName=" + name,
                                "-keyout",
                                folder.resolve("key.pem").toString(),
                                "-out",
                                folder.resolve("cert.pem").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("openssl.log").toFile())
                        .start();
        assertThat(openssl.waitFor()).as(Files.readString(folder.resolve("openssl.log"))).isZero();
        return folder.resolve("cert.pem");
    }

    private RedisServer tls(Path certificate) {
        return RedisServer.start(
                "--tls-port",
                "PORT",
                "--tls-auth-clients",
                "no",
                "--tls-cert-file",
                certificate.toString(),
                "--tls-key-file",
                folder.resolve("key.pem").toString(),
                "--tls-ca-cert-file",
                certificate.toString());
    }

    private static RedisSettings secure(RedisServer redis) {
        return RedisServer.settings("rediss://127.0.0.1:" + redis.port(), "tls");
    }

    private static RedisSettings trusting(Path authority, RedisSettings settings) {
        return new RedisSettings(
                settings.address(),
                settings.user(),
                settings.password(),
                Optional.of(authority),
                settings.key(),
                settings.prefix(),
                settings.node());
    }

    private static RedisSettings as(String user, String password, RedisSettings settings) {
        return new RedisSettings(
                settings.address(),
                Optional.of(user),
                Optional.of(password),
                settings.authority(),
                settings.key(),
                settings.prefix(),
                settings.node());
    }

    @Test
    void aCertificateThatIsTrustedForThatHostIsEnough() throws Exception {
        Path certificate = certificate("IP:127.0.0.1");
        try (RedisServer redis = tls(certificate)) {
            assertThat(ping(trusting(certificate, secure(redis)))).isEqualTo("PONG");
            assertThatThrownBy(() -> ping(secure(redis))).isInstanceOf(RedisFailure.class);
            assertThatThrownBy(() -> ping(redis.settings("tls"))).isInstanceOf(RedisFailure.class);
        }
    }

    @Test
    void aCertificateForAnotherHostIsNot() throws Exception {
        Path certificate = certificate("DNS:redis.example.com");
        try (RedisServer redis = tls(certificate)) {
            RedisSettings settings = trusting(certificate, secure(redis));
            assertThatThrownBy(() -> ping(settings)).isInstanceOf(RedisFailure.class);
        }
    }

    @Test
    void aUserNeedsNoMoreThanItsPrefixAndItsCommands() throws Exception {
        Path users = folder.resolve("users.acl");
        Files.writeString(users, "user default off\n" + user("circles", "secret") + "\n");
        try (RedisServer redis = RedisServer.start("--aclfile", users.toString())) {
            RedisSettings nobody = redis.settings("joined1");
            RedisSettings elsewhere = as("circles", "secret", redis.settings("other"));
            assertThat(ping(as("circles", "secret", nobody))).isEqualTo("PONG");
            for (RedisSettings wrong : List.of(as("circles", "wrong", nobody), nobody, elsewhere)) {
                assertThatThrownBy(() -> ping(wrong)).isInstanceOf(RedisFailure.class);
            }
        }
    }

    /// As docs/how-to/run-on-many-machines.md has it.
    static String user(String name, String password) throws IOException {
        Path page = Path.of("..", "docs", "how-to", "run-on-many-machines.md");
        return Files.readString(page)
                .lines()
                .filter(line -> line.startsWith("user circles "))
                .findFirst()
                .orElseThrow()
                .replace("user circles", "user " + name)
                .replace(">PASSWORD", ">" + password)
                .replace("~circles:*", "~joined*");
    }
}
