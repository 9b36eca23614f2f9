package io.circles.protocol.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.SecureRandom;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyPairTest {
    private static final String ONE =
            "0000000000000000000000000000000000000000000000000000000000000001";
    private static final String N_MINUS_1 =
            "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140";

    // published in bitcointalk.org topic 285142 and used by CoreBitcoin, Trezor and Haskoin among
    // others; each checked with @noble/curves 2
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    0000000000000000000000000000000000000000000000000000000000000001|Satoshi Nakamoto|934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d82442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5
                    0000000000000000000000000000000000000000000000000000000000000001|All those moments will be lost in time, like tears in rain. Time to die...|8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21
                    0000000000000000000000000000000000000000000000000000000000000001|Everything should be made as simple as possible, but not simpler.|33a69cd2065432a30f3d1ce4eb0d59b8ab58c74f27c41a7fdb5696ad4e6108c96f807982866f785d3f6418d24163ddae117b7db4d5fdf0071de069fa54342262
                    fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140|Satoshi Nakamoto|fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d06b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5
                    f8b8af8ce3c7cca5e300d33939540c10d45ce001b8f252bfbc57ba0342904181|Alan Turing|7063ae83e7f62bbb171798131b4a0564b956930092b33b07b395615d9ec7e15c58dfcc1e00a35e1572f366ffe34ba0fc47db1e7189759b9fb233c5b05ab388ea
                    69ec59eaa1f4f2e36b639716b7c30ca86d9a5375c7b38d8918bd9c0ebc80ba64|Computer science is no more about computers than astronomy is about telescopes.|7186363571d65e084e7f02b0b77c3ec44fb1b257dee26274c38c928986fea45d0de0b38e06807e46bda1f1e293f4f6323e854c86d58abdd00c46c16441085df6
                    """,
            delimiter = '|')
    void signaturesAreTheDeterministicOnesOfRfc6979WithLowS(
            String secret, String message, String signature) {
        KeyPair pair = pair(secret);

        assertThat(pair.sign(message.getBytes(UTF_8)).hex()).isEqualTo(signature);
        assertThat(pair.signDigest(Digest.sha256(message.getBytes(UTF_8))).hex())
                .isEqualTo(signature);
        assertThat(Signature.parse(signature).verifies(pair.publicKey(), message.getBytes(UTF_8)))
                .isTrue();
    }

    @Test
    void theKeyOfSecretOneIsTheBasePointAndThatOfTheLastSecretItsNegative() {
        String x = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";

        assertThat(pair(ONE).publicKey().hex()).isEqualTo("02" + x);
        assertThat(pair(N_MINUS_1).publicKey().hex()).isEqualTo("03" + x);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 31, 33, 64})
    void aDigestHas32Bytes(int length) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pair(ONE).signDigest(new byte[length]))
                .withMessage("a digest has 32 bytes, not " + length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
                "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
            })
    void aSecretOutOfRangeIsRefusedAndNotEchoed(String secret) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pair(secret))
                .withMessageContaining("from 1 to n - 1")
                .withMessageNotContaining(secret);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 31, 33})
    void aSecretHas32Bytes(int length) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyPair.of(new byte[length]))
                .withMessage("a private key has 32 bytes, not " + length);
    }

    @Test
    void generatedKeysDifferAndSign() {
        var random = new SecureRandom();
        KeyPair pair = KeyPair.generate(random);
        byte[] message = "hello".getBytes(UTF_8);

        assertThat(KeyPair.generate(random).publicKey()).isNotEqualTo(pair.publicKey());
        assertThat(pair.sign(message).verifies(pair.publicKey(), message)).isTrue();
    }

    @Test
    void itsTextShowsThePublicKeyOnly() {
        KeyPair pair = pair(ONE);

        assertThat(pair).hasToString("KeyPair[" + pair.publicKey().hex() + "]");
    }

    private static KeyPair pair(String secret) {
        return KeyPair.of(HexFormat.of().parseHex(secret));
    }
}
