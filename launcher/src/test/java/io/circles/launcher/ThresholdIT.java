package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.circles.protocol.crypto.KeyPair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `examples/threshold.mjs`: threshold cryptography of others, compiled to WebAssembly, that three
/// processes run through the relay of a real launcher.
@Timeout(300)
class ThresholdIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String MESSAGE = "pay 10 to bob";

    /// What stands before the 32 bytes of an Ed25519 key in its usual encoding (RFC 8410).
    private static final String ED25519 = "302a300506032b6570032100";

    @TempDir private static Path folder;
    private static CirclesProcess up;
    private static String members;

    @BeforeAll
    static void serve() throws Exception {
        OthersClients.installExamples(folder, "connect.mjs", "sealed.mjs", "threshold.mjs");
        List<String> keys = new ArrayList<>();
        for (int party = 1; party <= 3; party++) {
            KeyPair key = SigningCircle.newKey();
            Path file = Files.writeString(folder.resolve(party + ".pem"), key.toPem());
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            keys.add(key.publicKey().hex());
        }
        members = String.join(",", keys);
        String json =
                """
                [{"name": "alpha", "port": 0, "access": {"authenticated": ["relay"]}, "mpc": {"legacy": true}}]
                """;
        up = CirclesProcess.servingAlone(Files.createDirectory(folder.resolve("server")), json);
    }

    @AfterAll
    static void stop() {
        up.close();
    }

    /// One party's process.
    private static CirclesProcess party(int party, String command, String... what)
            throws IOException {
        List<String> args = new ArrayList<>(List.of("threshold.mjs", command));
        args.add("ws://" + up.url(0).getAuthority());
        args.add(party + ".pem");
        args.add(party + ".json");
        args.addAll(List.of(what));
        return CirclesProcess.startAs(
                OthersClients.program("node"), folder, args.toArray(String[]::new));
    }

    /// Has parties do something together.
    ///
    /// @return what each of them prints as a result
    private static List<String> together(String command, String what, String result, int... parties)
            throws Exception {
        List<CirclesProcess> running = new ArrayList<>();
        List<String> results = new ArrayList<>();
        try {
            CirclesProcess first = party(parties[0], command, what);
            running.add(first);
            await().atMost(PATIENCE)
                    .failFast(first::throwIfEnded)
                    .until(() -> first.out().matches("(?s)place \\S+\n.*"));
            String place = first.out().lines().findFirst().orElseThrow().substring(6);
            for (int i = 1; i < parties.length; i++) {
                running.add(party(parties[i], command, what, place));
            }
            for (CirclesProcess one : running) {
                assertThat(one.exitCode()).as(() -> one.out() + one.err()).isZero();
                results.add(printed(result, one.out()));
            }
            return results;
        } finally {
            running.forEach(CirclesProcess::close);
        }
    }

    private static String printed(String name, String out) {
        Matcher line = Pattern.compile("(?m)^" + name + " ([0-9a-f]+)$").matcher(out);
        assertThat(line.find()).as(out).isTrue();
        return line.group(1);
    }

    private static boolean verifies(String key, String signature) throws GeneralSecurityException {
        HexFormat hex = HexFormat.of();
        Signature check = Signature.getInstance("Ed25519");
        check.initVerify(
                KeyFactory.getInstance("Ed25519")
                        .generatePublic(new X509EncodedKeySpec(hex.parseHex(ED25519 + key))));
        check.update(MESSAGE.getBytes(StandardCharsets.UTF_8));
        return check.verify(hex.parseHex(signature));
    }

    /// @param client how the parties connect: as members of a circle, or as clients of the original
    @ParameterizedTest
    @ValueSource(strings = {"examples/connect.mjs", "launcher/src/test/node/mpc-connect.mjs"})
    void threePartiesMakeAKeyAndAnyTwoOfThemSign(String client) throws Exception {
        Files.copy(
                Page.ROOT.resolve(client),
                folder.resolve("connect.mjs"),
                StandardCopyOption.REPLACE_EXISTING);

        List<String> keys = together("keygen", members, "key", 1, 2, 3);
        assertThat(keys).hasSize(3).containsOnly(keys.getFirst());
        for (int[] signers : new int[][] {{1, 2}, {3, 1}}) {
            List<String> signatures = together("sign", MESSAGE, "signature", signers);
            assertThat(signatures).hasSize(2).containsOnly(signatures.getFirst());
            assertThat(verifies(keys.getFirst(), signatures.getFirst())).isTrue();
        }
    }

    @Test
    void aPartyInJavaAndOneInNodeUnderstandEachOther(@TempDir Path talk) throws Exception {
        OthersClients.installExamples(talk, "connect.mjs", "sealed.mjs");
        OthersClients.copy("sealed-party.mjs", talk);
        String url = "ws://" + up.url(0).getAuthority();
        String keyFile = folder.resolve("1.pem").toString();
        String[] inNode = {"sealed-party.mjs", url, keyFile, members, "hello from Node"};
        try (CirclesProcess node =
                CirclesProcess.startAs(OthersClients.program("node"), talk, inNode)) {
            await().atMost(PATIENCE)
                    .failFast(node::throwIfEnded)
                    .until(() -> node.out().endsWith("\n"));
            String place = node.out().strip();
            String other = folder.resolve("2.pem").toString();
            try (CirclesProcess java =
                    ExamplesIT.java(
                            talk, "SealedParty", url, other, members, place, "hello from Java")) {
                assertThat(java.exitCode()).as(java::err).isZero();
                assertThat(java.out()).isEqualTo("1: hello from Node\n");
            }
            assertThat(node.exitCode()).as(node::err).isZero();
            assertThat(node.out()).isEqualTo(place + "\n2: hello from Java\n");
        }
    }
}
