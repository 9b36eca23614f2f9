package io.circles.script.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.Signature;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CryptoFunctionsTest {
    private final CryptoFunctions crypto = new CryptoFunctions(new SecureRandom());

    // the example of web3.js, eth.accounts.sign
    private static final String WALLET =
            "024e3b81af9c2234cad09d679ce6035ed1392347ce64ce405f5dcd36228a25de6e";
    private static final String PERSONAL =
            "0xb91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd"
                    + "6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a0291c";
    private static final byte[] SOME_DATA = "Some data".getBytes(UTF_8);
    private static final byte[] ITS_DIGEST =
            HexFormat.of()
                    .parseHex("1da44b586eb0729ff70a73c326926f6ed5a25f5b056e7f47fbc6e58d86871655");

    // Wycheproof, ecdsa_secp256k1_sha256_test.json, test 1
    private static final String WYCHEPROOF_KEY =
            "04782c8ed17e3b2a783b5464f33b09652a71c678e05ec51e84e2bcfc663a3de963"
                    + "af9acb4280b8c7f7c42f4ef9aba6245ec1ec1712fd38a0fa96418d8cd6aa6152";

    private final KeyPair pair = KeyPair.generate(new SecureRandom());

    // FIPS 180-4; Keccak team; RFC 4231, test case 2
    @Test
    void digestsAreThePublishedOnes() {
        assertThat(CryptoFunctions.hex(crypto.sha256("abc".getBytes(UTF_8))))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(CryptoFunctions.hex(crypto.keccak256(new byte[0])))
                .isEqualTo("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
        assertThat(
                        CryptoFunctions.hex(
                                crypto.hmacSha256(
                                        "Jefe".getBytes(UTF_8),
                                        "what do ya want for nothing?".getBytes(UTF_8))))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    @Test
    void aSignatureIsOverSha256OfTheMessage() {
        Signature signature = pair.sign(SOME_DATA);
        String key = pair.publicKey().hex();

        assertThat(crypto.verify(key, signature.hex(), SOME_DATA)).isTrue();
        assertThat(crypto.verify(key, signature.hex(), ITS_DIGEST)).isFalse();
        assertThat(crypto.verify(WALLET, signature.hex(), SOME_DATA)).isFalse();
        assertThat(crypto.verifyDigest(key, signature.hex(), crypto.sha256(SOME_DATA))).isTrue();
        assertThat(crypto.verifyDigest(key, signature.hex(), ITS_DIGEST)).isFalse();
    }

    @Test
    void aDerSignatureWithHighSVerifies() {
        String der =
                "3046022100f80ae4f96cdbc9d853f83d47aae225bf407d51c56b7776cd67d0dc195d99a9dc"
                        + "022100b303e26be1f73465315221f0b331528807a1a9b6eb068ede6eebeaaa49af8a36";
        byte[] message = new byte[0];

        assertThat(crypto.verify(WYCHEPROOF_KEY, der, message)).isTrue();
        assertThat(crypto.verify(WYCHEPROOF_KEY, der, SOME_DATA)).isFalse();
    }

    @Test
    void aWalletsSignatureTellsItsKey() {
        assertThat(crypto.recover(PERSONAL, SOME_DATA)).contains(WALLET);
        assertThat(crypto.recoverDigest(PERSONAL, ITS_DIGEST)).contains(WALLET);
        assertThat(crypto.recover(PERSONAL, ITS_DIGEST)).get().isNotEqualTo(WALLET);
        assertThat(crypto.verify(WALLET, PERSONAL, SOME_DATA)).isTrue();
        assertThat(crypto.verifyDigest(WALLET, PERSONAL, ITS_DIGEST)).isTrue();
    }

    @Test
    void aSignatureOfNoPointIsNobodys() {
        String nobodys = "0".repeat(63) + "5" + "0".repeat(63) + "1" + "1b";

        assertThat(crypto.recover(nobodys, SOME_DATA)).isEmpty();
    }

    @Test
    void whatCannotBeReadIsRefusedWithTheReason() {
        String compact = pair.sign(SOME_DATA).hex();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> crypto.recover(compact, SOME_DATA))
                .withMessageContaining("65 bytes (r, s and v)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> crypto.verify("02", compact, SOME_DATA))
                .withMessageContaining("a public key has 33 bytes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> crypto.verify(WALLET, "zz!", SOME_DATA))
                .withMessageContaining("a signature is hex or base64");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> crypto.verifyDigest(WALLET, compact, SOME_DATA))
                .withMessage("a digest has 32 bytes, not 9");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> crypto.recoverDigest(PERSONAL, SOME_DATA))
                .withMessage("a digest has 32 bytes, not 9");
    }

    @Test
    void randomBytesAreNewEachTime() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            assertThat(seen.add(CryptoFunctions.hex(crypto.random(16)))).isTrue();
        }
        assertThat(crypto.random(0)).isEmpty();
        assertThat(crypto.random(65_536)).hasSize(65_536);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65_537, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void randomBytesAreBounded(int length) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> crypto.random(length))
                .withMessage("random bytes are 0 to 65536 at once, not " + length);
    }

    @Test
    void aUuidHasItsVersionAndVariantAndNothingElseIsFixed() {
        long most = 0;
        long least = 0;
        for (int i = 0; i < 200; i++) {
            String text = crypto.uuid();
            UUID uuid = UUID.fromString(text);
            assertThat(uuid).hasToString(text);
            assertThat(uuid.version()).isEqualTo(4);
            assertThat(uuid.variant()).isEqualTo(2);
            most |= uuid.getMostSignificantBits();
            least |= uuid.getLeastSignificantBits();
        }
        assertThat(most).isEqualTo(0xffff_ffff_ffff_4fffL);
        assertThat(least).isEqualTo(0xbfff_ffff_ffff_ffffL);
    }
}
