package io.circles.protocol.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Keys and signatures go to the real `openssl` and back. Skipped where there is none.
class OpensslIT {
    private static final byte[] MESSAGE = "circles authentication v1".getBytes(UTF_8);
    private static final int SECONDS = 20;

    @TempDir private Path folder;

    @BeforeAll
    static void onlyWhereThereIsOpenssl() {
        assumeThat(System.getenv("PATH").split(":"))
                .anyMatch(entry -> Files.isExecutable(Path.of(entry, "openssl")));
    }

    @Test
    void opensslReadsOurKeyFileAndWritesItTheSame() throws Exception {
        KeyPair pair = KeyPair.generate(new SecureRandom());
        write("circle.pem", pair.toPem().getBytes(UTF_8));

        assertThat(openssl("pkey -check -noout -in circle.pem")).asString(UTF_8).contains("valid");
        assertThat(openssl("pkcs8 -topk8 -nocrypt -in circle.pem"))
                .asString(UTF_8)
                .isEqualTo(pair.toPem());
        byte[] der = openssl("ec -in circle.pem -pubout -conv_form compressed -outform DER");
        assertThat(PublicKey.of(Arrays.copyOfRange(der, der.length - 33, der.length)))
                .isEqualTo(pair.publicKey());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ecparam -name secp256k1 -genkey",
                "ecparam -name secp256k1 -genkey -noout",
                "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1",
            })
    void weReadEveryKeyFileThatOpensslMakesAndItsSignaturesVerify(String make) throws Exception {
        byte[] file = openssl(make);
        write("circle.pem", file);
        write("message", MESSAGE);
        KeyPair pair = KeyPair.parsePem(new String(file, UTF_8));
        byte[] der = openssl("dgst -sha256 -sign circle.pem message");

        Signature signature = Signature.parse(Base64.getEncoder().encodeToString(der));
        assertThat(signature.verifies(pair.publicKey(), MESSAGE)).isTrue();
        assertThat(Signature.parse(signature.hex()).verifies(pair.publicKey(), MESSAGE)).isTrue();
    }

    @Test
    void opensslVerifiesWhatWeSign() throws Exception {
        KeyPair pair = KeyPair.generate(new SecureRandom());
        Signature signature = pair.sign(MESSAGE);
        write("circle.pem", pair.toPem().getBytes(UTF_8));
        write("message", MESSAGE);
        write(
                "signature",
                StandardDSAEncoding.INSTANCE.encode(Secp256k1.N, signature.r(), signature.s()));

        assertThat(openssl("dgst -sha256 -prverify circle.pem -signature signature message"))
                .asString(UTF_8)
                .contains("Verified OK");
    }

    @Test
    void theCommandsThatRefusalsNameMakeRightFiles() throws Exception {
        runCommandNamedFor(openssl("ecparam -name prime256v1 -genkey"), "unused.pem");
        byte[] explicit = openssl("ecparam -name secp256k1 -genkey -noout -param_enc explicit");
        runCommandNamedFor(explicit, "explicit.pem");
        write("plain.pem", openssl("ecparam -name secp256k1 -genkey -noout"));
        // no password, as far as openssl is concerned: it then asks for none
        runCommandNamedFor(
                openssl("pkcs8 -topk8 -in plain.pem -passout pass:"),
                "encrypted.pem",
                "-passin",
                "pass:");
    }

    private void runCommandNamedFor(byte[] refused, String file, String... more) throws Exception {
        write(file, refused);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyPair.parsePem(new String(refused, UTF_8)))
                .satisfies(
                        refusal -> {
                            String command = refusal.toString().replaceFirst(".*: openssl ", "");
                            openssl(command + " " + String.join(" ", more));
                            String made = Files.readString(folder.resolve("circle.pem"));
                            assertThat(KeyPair.parsePem(made)).isNotNull();
                        });
        Files.delete(folder.resolve("circle.pem"));
    }

    private byte[] openssl(String arguments) {
        var command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments.strip().split(" ")));
        Path output = folder.resolve("output");
        try {
            Process process =
                    new ProcessBuilder(command)
                            .directory(folder.toFile())
                            .redirectOutput(output.toFile())
                            .redirectError(folder.resolve("errors").toFile())
                            .start();
            process.getOutputStream().close();
            assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as(arguments).isTrue();
            assertThat(process.exitValue()).as(arguments).isZero();
            return Files.readAllBytes(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void write(String name, byte[] content) throws IOException {
        Files.write(folder.resolve(name), content);
    }
}
