package io.circles.protocol.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class DigestTest {
    // FIPS 180-4, example of one block
    @Test
    void sha256OfAbcIsThePublishedOne() {
        assertThat(hex(Digest.sha256(bytes("abc"))))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void partsAreHashedAsIfTheyWereOne() {
        assertThat(Digest.sha256(bytes("a"), bytes(""), bytes("bc")))
                .isEqualTo(Digest.sha256(bytes("abc")));
        assertThat(Digest.sha256()).isEqualTo(Digest.sha256(bytes("")));
    }

    // checked with @noble/hashes 2
    @Test
    void keccak256HasKeccaksPaddingAndNotThatOfSha3() {
        assertThat(hex(Digest.keccak256(bytes(""))))
                .isEqualTo("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
        assertThat(hex(Digest.keccak256(bytes("abc"))))
                .isEqualTo("4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
    }

    // RFC 4231, test cases 1, 2 and 6; the last (no key, no message) by Python's hmac
    @Test
    void hmacSha256TakesKeysOfEveryLength() {
        assertThat(
                        hex(
                                Digest.hmacSha256(
                                        HexFormat.of().parseHex("0b".repeat(20)),
                                        bytes("Hi There"))))
                .isEqualTo("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
        assertThat(hex(Digest.hmacSha256(bytes("Jefe"), bytes("what do ya want for nothing?"))))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        assertThat(
                        hex(
                                Digest.hmacSha256(
                                        HexFormat.of().parseHex("aa".repeat(131)),
                                        bytes(
                                                "Test Using Larger Than Block-Size Key - Hash Key"
                                                        + " First"))))
                .isEqualTo("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
        assertThat(hex(Digest.hmacSha256(new byte[0], new byte[0])))
                .isEqualTo("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
    }

    // RFC 5869, test case 3 (the first 32 bytes of 42); the second by Python's hmac
    @Test
    void aKeyIsDerivedForEachPurpose() {
        byte[] secret = HexFormat.of().parseHex("0b".repeat(22));
        assertThat(hex(Digest.derivedKey(secret, new byte[0])))
                .isEqualTo("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
        assertThat(hex(Digest.derivedKey(secret, bytes("circles redis v1 job"))))
                .isEqualTo("5a2858b3a7d8108ea7e6aadeec8087647c36c06e0721c96c5754e6a4b537cee0");
    }

    // the first is the example of web3.js, hashMessage; all were checked with @noble/hashes 2
    @Test
    void aPersonalMessageIsPrefixedWithItsLengthInBytes() {
        assertThat(hex(Digest.personalMessage(bytes("Some data"))))
                .isEqualTo("1da44b586eb0729ff70a73c326926f6ed5a25f5b056e7f47fbc6e58d86871655");
        assertThat(hex(Digest.personalMessage(bytes("circles authentication v1\nnonce: ä €"))))
                .isEqualTo("3d86d415f634c39fa53574ac2f8ff44996500a67fb658c3f668d107049e54682");
        assertThat(hex(Digest.personalMessage(bytes(""))))
                .isEqualTo("5f35dce98ba4fba25530a026ed80b2cecdaa31091ba4958b99b52ea1d068adad");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
