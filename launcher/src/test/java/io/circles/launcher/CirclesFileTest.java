package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.circles.protocol.crypto.KeyPair;
import io.circles.script.Capability;
import io.circles.server.CircleConfig;
import io.circles.server.Limit;
import io.circles.server.MpcConfig;
import io.circles.server.SigSocketConfig;
import io.circles.server.session.Origin;
import io.circles.server.session.Rank;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CirclesFileTest {
    private final KeyPair key = KeyPair.generate(new SecureRandom());

    @TempDir private Path folder;

    private CirclesFile read(String json) throws IOException {
        Path file = Files.writeString(folder.resolve("circles.json"), json);
        return CirclesFile.read(file, Optional.empty(), Map.of("PEM", key.toPem()));
    }

    private CircleConfig only(String json) throws IOException {
        CirclesFile file = read(json);
        return file.circles().getFirst().config(key, file.sharedPort());
    }

    @Test
    void aCircleThatSaysNothingHasTheDefaults() throws IOException {
        CircleConfig expected =
                CircleConfig.builder("a", key).data(folder.resolve("data/a")).build();

        CircleConfig actual = only("[{\"name\": \"a\"}]");

        assertThat(actual)
                .usingRecursiveComparison()
                .ignoringFields("key", "access")
                .isEqualTo(expected);
        assertThat(Rank.values())
                .allSatisfy(
                        rank ->
                                assertThat(actual.access().of(rank))
                                        .isEqualTo(expected.access().of(rank)));
    }

    @Test
    void aCircleWithoutAPortSharesThatOfTheFile() throws IOException {
        CirclesFile file =
                read(
                        "{\"port\": 8000, \"circles\": [{\"name\": \"a\"}, {\"name\": \"b\", \"port\": 1}]}");

        assertThat(file.circles())
                .extracting(circle -> circle.config(key, file.sharedPort()).port())
                .containsExactly(8000, 1);
    }

    @Test
    void theLimitsOfACircleGoOverThoseOfTheFileAndTheseOverTheTable() throws IOException {
        CircleConfig circle =
                only(
                        """
                        {"defaults": {"limits": {"message": "64k", "source": 2048}},
                         "circles": [{"name": "a", "limits": {"source": "2m"}}]}
                        """);

        assertThat(circle.limits().get(Limit.MESSAGE)).isEqualTo(64 * 1024);
        assertThat(circle.limits().get(Limit.SOURCE)).isEqualTo(2 * 1024 * 1024);
        assertThat(circle.limits().get(Limit.BATCH)).isEqualTo(Limit.BATCH.byDefault());
    }

    @Test
    void ranksGetWhatAccessGivesThem() throws IOException {
        CircleConfig circle =
                only(
                        "[{\"name\": \"a\", \"access\": {\"anonymous\": [\"play\"], \"authenticated\": []}}]");

        assertThat(circle.access().of(Rank.AUTHENTICATED)).containsExactly(Capability.PLAY);
    }

    @Test
    void ownersMembersAndOriginsReachTheServer() throws IOException {
        String owner = key.publicKey().hex();
        String member = KeyPair.generate(new SecureRandom()).publicKey().hex();
        CircleConfig circle =
                only(
                        """
                        [{"name": "a", "owners": ["%s"], "members": [{"key": "%s", "roles": ["staff"]}],
                          "origins": ["wss://a.example.com"], "web_origins": ["*"]}]
                        """
                                .formatted(owner, member));

        assertThat(circle.members().owners()).hasToString("[" + owner + "]");
        assertThat(circle.members().members()).hasToString("{" + member + "=[staff]}");
        assertThat(circle.origins()).containsExactly(Origin.parse("wss://a.example.com"));
        assertThat(circle.webOrigins()).containsExactly("*");
    }

    @Test
    void aKeyComesFromTheEnvironment() throws IOException {
        CircleEntry circle = read("[{\"name\": \"a\", \"key\": \"env:PEM\"}]").circles().getFirst();

        assertThat(circle.key().map(KeyPair::publicKey)).contains(key.publicKey());
    }

    @Test
    void aKeyThatIsToBeMadeIsKeptInTheDataFolderAndReadingMakesNothing() throws IOException {
        CircleEntry circle =
                read("{\"data\": \"d\", \"circles\": [{\"name\": \"a\"}]}").circles().getFirst();

        assertThat(circle.key()).isEmpty();
        assertThat(circle.data()).isEqualTo(folder.resolve("d/a"));
        assertThat(KeyFile.in(circle.data()).path()).isEqualTo(folder.resolve("d/a/circle.pem"));
        assertThat(folder.resolve("d")).doesNotExist();
    }

    @Test
    void theDataFolderOfTheCommandLineGoesOverThatOfTheFile() throws IOException {
        Path file = Files.writeString(folder.resolve("circles.json"), "[{\"name\": \"a\"}]");

        assertThat(CirclesFile.read(file, Optional.of(Path.of("there")), Map.of()).data())
                .isEqualTo(Path.of("there"));
    }

    @Test
    void aCircleHasWhatItsFunctionsNeed() throws IOException {
        Files.writeString(folder.resolve("main.js"), "export function f() {}");
        Files.writeString(folder.resolve("mail"), "token\r\n");
        Files.writeString(folder.resolve("note"), "two lines\n\n");
        CircleEntry circle =
                read("""
                                [{"name": "a", "script_path": "main.js", "http": {"allow": ["API.example.com:8443"]},
                                  "secrets": {"mail": "file:mail", "note": "file:note", "pem": "env:PEM"}}]
                                """)
                        .circles()
                        .getFirst();

        assertThat(circle.module().orElseThrow().module().files())
                .isEqualTo(Map.of("main.js", "export function f() {}"));
        assertThat(circle.httpAllow()).containsExactly("api.example.com:8443");
        assertThat(circle.secrets().values())
                .isEqualTo(Map.of("mail", "token", "note", "two lines\n", "pem", key.toPem()));
    }

    @Test
    void secretsAreNeverShown() throws IOException {
        CircleEntry circle =
                read("[{\"name\": \"a\", \"secrets\": {\"mail\": \"env:PEM\"}}]")
                        .circles()
                        .getFirst();

        assertThat(circle.toString()).contains("mail").doesNotContain("PRIVATE KEY");
    }

    @Test
    void howACircleAsksForSignaturesReachesTheServerAndTokensAreNeverShown() throws IOException {
        Files.writeString(folder.resolve("token"), "a-token-of-tests\n");
        SigSocketConfig signing =
                only("""
                                [{"name": "a", "sigsocket": {"legacy": ["%s"], "format": "json", "tokens": ["file:token"], "open": true}}]
                                """
                                .formatted(key.publicKey().hex()))
                        .sigSocket();

        assertThat(signing)
                .isEqualTo(
                        new SigSocketConfig(
                                new SigSocketConfig.Legacy.Listed(Set.of(key.publicKey())),
                                true,
                                List.of("a-token-of-tests"),
                                true));
        assertThat(signing.toString()).contains("1 tokens").doesNotContain("a-token-of-tests");
    }

    @Test
    void howACircleRelaysReachesTheServer() throws IOException {
        Path page = Files.createDirectory(folder.resolve("page"));
        MpcConfig mpc =
                only("""
                        [{"name": "a", "mpc": {"legacy": true, "grace_ms": 5000, "static": "page"}}]
                        """)
                        .mpc();

        assertThat(mpc).isEqualTo(new MpcConfig(true, Duration.ofSeconds(5), Optional.of(page)));
    }

    @Test
    void theOperatorLooksWhereTheFileSays() throws IOException {
        assertThat(
                        read("{\"admin\": {\"port\": 9090}, \"circles\": [{\"name\": \"a\"}]}")
                                .adminPort())
                .contains(9090);
        assertThat(read("[{\"name\": \"a\"}]").adminPort()).isEmpty();
    }

    @Test
    void scriptsRunWhereTheFileSays() throws IOException {
        String json =
                """
                {"workers": {"count": 3, "threads": 5, "heap": "1g", "spares": 0, "warm_plays": 7, "compiled": false}, "circles": [{"name": "a"}]}
                """;

        assertThat(read(json).workers()).isEqualTo(new Workers(3, 5, 1L << 30, 0, 7, false));
        assertThat(read("[{\"name\": \"a\"}]").workers()).isEqualTo(Workers.DEFAULTS);
    }

    @Test
    void aFileThatIsNotThereIsSaidToBeMissing() {
        Path file = folder.resolve("none.json");

        assertThatThrownBy(() -> CirclesFile.read(file, Optional.empty(), Map.of()))
                .isInstanceOf(LauncherException.class)
                .hasMessage(file + ": there is no such file");
    }

    @Test
    void aFileThatIsNotTextIsSaidNotToBe() throws IOException {
        Path file = Files.write(folder.resolve("circles.json"), new byte[] {'[', (byte) 0xff, ']'});

        assertThatThrownBy(() -> CirclesFile.read(file, Optional.empty(), Map.of()))
                .hasMessage(file + ": is not UTF-8 text");
    }
}
