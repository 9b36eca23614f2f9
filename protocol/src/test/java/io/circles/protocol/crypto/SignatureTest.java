package io.circles.protocol.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.util.Base64;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignatureTest {
    private static final KeyPair SIGNER = new KeyPair(java.math.BigInteger.TEN);

    // the example of web3.js, eth.accounts.sign; digest, key and signature checked with
    // @noble/curves 2
    private static final PublicKey WALLET =
            PublicKey.parse("024e3b81af9c2234cad09d679ce6035ed1392347ce64ce405f5dcd36228a25de6e");
    private static final byte[] SOME_DATA = "Some data".getBytes(UTF_8);
    private static final String R =
            "b91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd";
    private static final String S =
            "6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a029";
    private static final String HIGH_S =
            "9ff818b327d1fc847ffe79bdd03d25e83e3a5df66962ceb160751b8bd754a118";
    private static final String N =
            "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    private static final String ZERO = "0".repeat(64);
    private static final String ONE = "0".repeat(63) + "1";

    @ParameterizedTest
    @ValueSource(strings = {"1c", "01"})
    void whatAnEthereumWalletSignsVerifies(String v) {
        assertThat(Signature.parse(R + S + v)).isInstanceOf(Signature.Recoverable.class);
        assertThat(Signature.parse(R + S + v).verifies(WALLET, SOME_DATA)).isTrue();
        assertThat(Signature.parse("0x" + R + S + v).verifies(WALLET, SOME_DATA)).isTrue();
    }

    @Test
    void aWalletSignsBytesAndNotCharacters() {
        var signature =
                Signature.parse(
                        "4083ebc692eef82de8b51fe3a81c616821f195580bf207d978368705feb4d530"
                                + "65a6de692d0e389d9068f9f9d553cbb4283a06abe7f49161bdc0d83f2c24d97e"
                                + "1c");

        assertThat(
                        signature.verifies(
                                WALLET, "circles authentication v1\nnonce: ä €".getBytes(UTF_8)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1b", "00"})
    void aRecoverableSignatureWithTheOtherVIsAnothersAndDoesNotVerify(String v) {
        var signature = (Signature.Recoverable) Signature.parse(R + S + v);

        assertThat(signature.verifies(WALLET, SOME_DATA)).isFalse();
        assertThat(signature.recover(SOME_DATA)).isPresent().get().isNotEqualTo(WALLET);
    }

    @Test
    void aHighSWithItsOwnVVerifiesAndIsMadeLow() {
        Signature high = Signature.parse(R + HIGH_S + "1b");

        assertThat(high.verifies(WALLET, SOME_DATA)).isTrue();
        assertThat(high.hex()).isEqualTo(R + S);
    }

    @Test
    void theFormsDoNotVerifyOneAnothersDigest() {
        assertThat(Signature.parse(R + S).verifies(WALLET, SOME_DATA)).isFalse();

        KeyPair pair = KeyPair.of(HexFormat.of().parseHex(ONE));
        String compact = pair.sign(SOME_DATA).hex();
        assertThat(Signature.parse(compact).verifies(pair.publicKey(), SOME_DATA)).isTrue();
        assertThat(Signature.parse(compact + "00").verifies(pair.publicKey(), SOME_DATA)).isFalse();
        assertThat(Signature.parse(compact + "01").verifies(pair.publicKey(), SOME_DATA)).isFalse();
    }

    @Test
    void aDigestIsVerifiedAsItIsInEveryForm() {
        byte[] message = {1, 2, 3};
        Signature compact = SIGNER.sign(message);
        Signature der = new Signature.Der(compact.r(), Secp256k1.N.subtract(compact.s()));
        Signature wallets = Signature.parse(R + S + "1c");

        assertThat(compact.verifiesDigest(SIGNER.publicKey(), Digest.sha256(message))).isTrue();
        assertThat(der.verifiesDigest(SIGNER.publicKey(), Digest.sha256(message))).isTrue();
        assertThat(der.verifiesDigest(WALLET, Digest.sha256(message))).isFalse();
        assertThat(wallets.verifiesDigest(WALLET, Digest.personalMessage(SOME_DATA))).isTrue();
        assertThat(wallets.verifiesDigest(WALLET, Digest.keccak256(SOME_DATA))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 31, 33})
    void aDigestHas32Bytes(int length) {
        var signature = (Signature.Recoverable) Signature.parse(R + S + "1c");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> signature.recoverDigest(new byte[length]))
                .withMessage("a digest has 32 bytes, not " + length);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SIGNER.sign(SOME_DATA).verifiesDigest(WALLET, new byte[length]));
    }

    @Test
    void anRThatBelongsToNoPointRecoversNothing() {
        String five = "0".repeat(63) + "5";
        var signature = (Signature.Recoverable) Signature.parse(five + S + "1b");

        assertThat(signature.recover(SOME_DATA)).isEmpty();
        assertThat(signature.verifies(WALLET, SOME_DATA)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 26, 29, 37, 128, 255})
    void aVOtherThan0And1And27And28IsRefused(int v) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Signature.parse(R + S + "%02x".formatted(v)))
                .withMessage(
                        "the last byte (v) of a signature of 65 bytes is 0, 1, 27 or 28, not " + v);
    }

    @Test
    void rAndSAreFromOneToNMinusOneInEveryForm() {
        for (String outside : new String[] {ZERO, N, "f".repeat(64)}) {
            String integer = "0221" + "00" + outside;
            assertOutOfRange(outside + S);
            assertOutOfRange(R + outside);
            assertOutOfRange(outside + S + "1b");
            assertOutOfRange(R + outside + "1b");
            assertOutOfRange(
                    outside.equals(ZERO) ? "3006020100020101" : "3026" + integer + "020101");
            assertOutOfRange(outside.equals(ZERO) ? "3006020101020100" : "3026020101" + integer);
        }
        assertThat(Signature.parse("3006020101020101").hex()).isEqualTo(ONE + ONE);
    }

    @Test
    void aBase64TextThatHappensToBeginWith0xIsStillBase64() {
        byte[] compact = HexFormat.of().parseHex("d31" + "0".repeat(61) + ONE);
        String text = Base64.getEncoder().encodeToString(compact);

        assertThat(text).startsWith("0x");
        assertThat(Signature.parse(text).compact()).isEqualTo(compact);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "nothing, '', 'a text of 1 to 146 characters, not 0'",
        "only a prefix, 0x, 'this one has 0 bytes and is not DER'",
        "neither alphabet, MEUC_-, 'this one is neither'",
        "a line break, 'MEUC\nIQ==', 'without spaces or line breaks'",
        "a digit lost, 300602010102010, 'has 15 digits'",
        "63 bytes, "
                + R
                + "6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a0"
                + ", 'has 63 bytes and is not DER'",
        "long length, 308106020101020101, 'is not DER'",
        "padded integer, 300702020001020101, 'is not DER'",
        "negative integer, 3006020181020101, 'is not DER'",
        "three integers, 3009020101020101020101, 'is not DER'",
        "trailing byte, 300602010102010100, 'is not DER'",
        "cut short, 3006020101, 'is not DER'",
        "indefinite length, 30800201010201010000, 'is not DER'"
    })
    void whatIsNoSignatureIsRefused(String what, String text, String why) {
        assertThatIllegalArgumentException()
                .as(what)
                .isThrownBy(() -> Signature.parse(text))
                .withMessageContaining(why);
    }

    @Test
    void aTextLongerThanAnySignatureIsRefusedByItsLength() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Signature.parse("30".repeat(1_000_000)))
                .withMessage("a signature is a text of 1 to 146 characters, not 2000000");
    }

    @Test
    void oneKeyServesManyThreads() {
        Signature signature = Signature.parse(R + S + "1c");
        KeyPair pair = KeyPair.of(HexFormat.of().parseHex(ONE));

        assertThat(IntStream.range(0, 200).parallel())
                .allMatch(i -> signature.verifies(WALLET, SOME_DATA))
                .allMatch(i -> pair.sign(SOME_DATA).verifies(pair.publicKey(), SOME_DATA));
    }

    @Test
    void aSignatureIsItsTwoNumbers() {
        assertThat(Signature.parse(R + S))
                .isEqualTo(new Signature.Compact(new BigInteger(R, 16), new BigInteger(S, 16)));
    }

    private static void assertOutOfRange(String text) {
        assertThatIllegalArgumentException()
                .as(text)
                .isThrownBy(() -> Signature.parse(text))
                .withMessageContaining("from 1 to n - 1");
    }

    @Test
    void signaturesOverSha256AreEncodedCompactWithLowS() {
        byte[] message = {1, 2, 3};
        Signature low = SIGNER.sign(message);
        Signature high = new Signature.Der(low.r(), Secp256k1.N.subtract(low.s()));

        assertThat(low.encoded()).hasSize(128).isEqualTo(low.hex());
        assertThat(high.encoded()).isEqualTo(low.hex());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWalletsSignatureIsEncodedWithItsRecoveryByteAndKeepsItsKey(boolean odd) {
        byte[] message = {1, 2, 3};
        Signature any = SIGNER.sign(message);
        var low = new Signature.Recoverable(any.r(), any.s(), odd);
        var high = new Signature.Recoverable(any.r(), Secp256k1.N.subtract(any.s()), !odd);
        PublicKey key = low.recover(message).orElseThrow();

        assertThat(low.encoded()).hasSize(130).endsWith(odd ? "1c" : "1b");
        assertThat(high.encoded()).isEqualTo(low.encoded());
        assertThat(Signature.parse(high.encoded()).verifies(key, message)).isTrue();
    }
}
