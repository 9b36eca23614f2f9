package io.circles.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicKeyTest {
    // the base point G: SEC 2, section 2.4.1
    private static final String X =
            "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
    private static final String Y =
            "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";
    private static final String FIVE =
            "0000000000000000000000000000000000000000000000000000000000000005";
    private static final String COMPRESSED = "02" + X;
    private static final String UNCOMPRESSED = "04" + X + Y;

    @ParameterizedTest
    @ValueSource(strings = {COMPRESSED, "0x" + COMPRESSED, UNCOMPRESSED, "0x" + UNCOMPRESSED})
    void aKeyIsTheSameInEveryForm(String hex) {
        PublicKey key = PublicKey.parse(hex);
        byte[] encoded = HexFormat.of().parseHex(hex.replaceFirst("^0x", ""));

        assertThat(key.hex()).isEqualTo(COMPRESSED).hasToString(key.toString());
        assertThat(key)
                .isEqualTo(PublicKey.of(encoded))
                .isEqualTo(PublicKey.parse(hex.toUpperCase(Locale.ROOT)))
                .isEqualTo(PublicKey.parse(Base64.getEncoder().encodeToString(encoded)))
                .isEqualTo(
                        PublicKey.parse(
                                Base64.getEncoder().withoutPadding().encodeToString(encoded)))
                .hasSameHashCodeAs(PublicKey.parse(UNCOMPRESSED));
    }

    @Test
    void theOddPointIsAnotherKeyThanTheEvenOne() {
        assertThat(PublicKey.parse("03" + X)).isNotEqualTo(PublicKey.parse("02" + X));
    }

    @Test
    void itsBytesAreACopy() {
        PublicKey key = PublicKey.parse(COMPRESSED);
        byte[] bytes = key.bytes();
        bytes[0] = 0;

        assertThat(key.bytes()).hasSize(33).isEqualTo(HexFormat.of().parseHex(COMPRESSED));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource({
        "nothing, '', 'a text of 1 to 132 characters, not 0'",
        "only a prefix, 0x, '33 bytes (compressed) or 65 bytes (uncompressed), not 0'",
        "infinity, 00, 'not 1'",
        "an Ethereum address, 0x7e5f4552091a69125d5dfcb7b8c2659029395bdf, 'not 20'",
        "no prefix, " + X + ", 'not 32'",
        "a digit lost, 2" + X + ", 'this one has 65 digits'",
        "not an alphabet, '-----BEGIN PUBLIC KEY-----', 'this one is neither'",
        "a line break, 'Anm+Zn753LusVaBilc6HCwcC\nm/zbLc4o2VnygVsW+BeY', 'without spaces'",
        "hybrid, 06" + X + Y + ", 'has 65 bytes and begins with 06'",
        "uncompressed prefix, 04" + X + ", 'has 33 bytes and begins with 04'",
        "compressed prefix, 02" + X + Y + ", 'has 65 bytes and begins with 02'",
        "y of another point, 04" + X + X + ", 'not on it'",
        "x of no point, 02" + FIVE + ", 'not on it'",
        "x of p, 02fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f, 'not on it'",
        "x above p, 02ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff, 'not on it'"
    })
    void whatIsNoKeyIsRefusedAndNotEchoed(String what, String text, String why) {
        assertThatIllegalArgumentException()
                .as(what)
                .isThrownBy(() -> PublicKey.parse(text))
                .withMessageContaining(why)
                .satisfies(e -> assertThat(text).satisfies(t -> notEchoed(e, t)));
    }

    @Test
    void aTextLongerThanAnyKeyIsRefusedByItsLength() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PublicKey.parse("f".repeat(1_000_000)))
                .withMessage("a public key is a text of 1 to 132 characters, not 1000000");
    }

    private static void notEchoed(Throwable refusal, String text) {
        if (text.length() > 2) {
            assertThat(refusal).hasMessageNotContaining(text);
        }
    }
}
