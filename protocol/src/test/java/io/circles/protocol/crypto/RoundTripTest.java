package io.circles.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/// What is written is read again, for any key and message.
class RoundTripTest {
    private static final int TRIES = 100;

    private Random random = new Random();

    /// Each repetition has its own values, the same every time.
    @BeforeEach
    void seed(RepetitionInfo repetition) {
        random = new Random(repetition.getCurrentRepetition());
    }

    private KeyPair pair() {
        BigInteger below = Secp256k1.N.subtract(BigInteger.TWO);
        return new KeyPair(new BigInteger(256, random).mod(below).add(BigInteger.ONE));
    }

    private byte[] message() {
        byte[] message = new byte[random.nextInt(200)];
        random.nextBytes(message);
        return message;
    }

    private String text() {
        int[] characters = random.ints(random.nextInt(150), 0, 0x2ff).toArray();
        return new String(characters, 0, characters.length);
    }

    @RepeatedTest(TRIES)
    void aPublicKeyIsReadFromEveryEncoding() {
        KeyPair pair = pair();
        PublicKey key = pair.publicKey();
        byte[] uncompressed = key.parameters().getQ().getEncoded(false);

        assertThat(texts(key.bytes())).map(PublicKey::parse).containsOnly(key);
        assertThat(texts(uncompressed)).map(PublicKey::parse).containsOnly(key);
    }

    @RepeatedTest(TRIES)
    void aSignatureVerifiesInEveryEncoding() throws IOException {
        KeyPair pair = pair();
        byte[] message = message();
        Signature signature = pair.sign(message);
        byte[] der = der(signature.r(), signature.s());

        assertThat(texts(signature.compact())).allMatch(text -> verifies(text, pair, message));
        assertThat(texts(der)).allMatch(text -> verifies(text, pair, message));
        assertThat(texts(der))
                .map(text -> Signature.parse(text).hex())
                .containsOnly(signature.hex());
    }

    @RepeatedTest(TRIES)
    void aHighSVerifiesAndIsNormalised() throws IOException {
        KeyPair pair = pair();
        byte[] message = message();
        Signature low = pair.sign(message);
        BigInteger highS = Secp256k1.N.subtract(low.s());
        var high = new Signature.Compact(low.r(), highS);

        assertThat(Secp256k1.isLow(low.s())).isTrue();
        assertThat(high.verifies(pair.publicKey(), message)).isTrue();
        assertThat(verifies(texts(der(low.r(), highS)).getFirst(), pair, message)).isTrue();
        assertThat(high.compact()).isEqualTo(low.compact());
    }

    /// r and s are made here from the definition, since nothing in the package signs this form.
    @RepeatedTest(TRIES)
    void aRecoverableSignatureGivesItsKeyForOneVOnly() {
        KeyPair pair = pair();
        KeyPair once = pair();
        byte[] message = message();
        BigInteger secret = secret(pair);
        BigInteger k = secret(once);
        var point = once.publicKey().parameters().getQ();
        BigInteger r = point.getAffineXCoord().toBigInteger();
        BigInteger e = new BigInteger(1, Digest.personalMessage(message));
        BigInteger s =
                k.modInverse(Secp256k1.N).multiply(e.add(r.multiply(secret))).mod(Secp256k1.N);
        boolean oddY = point.getAffineYCoord().testBitZero();

        var right = new Signature.Recoverable(r, s, oddY);
        var negated = new Signature.Recoverable(r, Secp256k1.N.subtract(s), !oddY);
        assertThat(List.of(right, negated))
                .allMatch(one -> one.verifies(pair.publicKey(), message));
        assertThat(right.recover(message)).contains(pair.publicKey());
        assertThat(new Signature.Recoverable(r, s, !oddY).verifies(pair.publicKey(), message))
                .isFalse();
        assertThat(texts(bytes(right, oddY))).allMatch(text -> verifies(text, pair, message));
    }

    @RepeatedTest(TRIES)
    void anotherMessageAndAnotherKeyDoNotVerify() {
        KeyPair pair = pair();
        KeyPair other = pair();
        byte[] message = message();
        Signature signature = pair.sign(message);
        byte[] longer = Arrays.copyOf(message, message.length + 1);

        assertThat(signature.verifies(pair.publicKey(), longer)).isFalse();
        assertThat(signature.verifies(other.publicKey(), message))
                .isEqualTo(other.publicKey().equals(pair.publicKey()));
    }

    @RepeatedTest(TRIES)
    void aKeyFileGivesTheKeyAgain() {
        KeyPair pair = pair();
        KeyPair read = KeyPair.parsePem(pair.toPem());

        assertThat(read.publicKey()).isEqualTo(pair.publicKey());
        assertThat(read.toPem()).isEqualTo(pair.toPem());
    }

    @RepeatedTest(500)
    void anyDamageToAKeyFileIsRefusedOrHarmless() {
        KeyPair pair = pair();
        int at = random.nextInt(135);
        byte flip = (byte) random.nextInt();
        byte[] der = Base64.getMimeDecoder().decode(pair.toPem().replaceAll("-----.*-----", ""));
        der[at] ^= flip;
        String damaged =
                "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
                        .formatted(Base64.getEncoder().encodeToString(der));
        try {
            assertThat(KeyPair.parsePem(damaged).publicKey()).isEqualTo(pair.publicKey());
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageStartingWith("a private key ");
        }
    }

    @RepeatedTest(500)
    void anyTextIsReadOrRefusedWithAMessage() {
        String text = text();
        Stream<Runnable> readers =
                Stream.of(
                        () -> PublicKey.parse(text),
                        () -> Signature.parse(text),
                        () -> KeyPair.parsePem(text));
        readers.forEach(
                reader -> {
                    try {
                        reader.run();
                    } catch (IllegalArgumentException refused) {
                        assertThat(refused).hasMessageStartingWith("a ");
                    }
                });
    }

    private static boolean verifies(String text, KeyPair pair, byte[] message) {
        return Signature.parse(text).verifies(pair.publicKey(), message);
    }

    private static List<String> texts(byte[] bytes) {
        String hex = HexFormat.of().formatHex(bytes);
        return List.of(
                hex,
                "0x" + hex,
                hex.toUpperCase(Locale.ROOT),
                Base64.getEncoder().encodeToString(bytes),
                Base64.getEncoder().withoutPadding().encodeToString(bytes));
    }

    private static byte[] der(BigInteger r, BigInteger s) throws IOException {
        return StandardDSAEncoding.INSTANCE.encode(Secp256k1.N, r, s);
    }

    private static byte[] bytes(Signature signature, boolean oddY) {
        String v = oddY ? "1c" : "1b";
        return HexFormat.of().parseHex("%064x%064x".formatted(signature.r(), signature.s()) + v);
    }

    private static BigInteger secret(KeyPair pair) {
        byte[] der = Base64.getMimeDecoder().decode(pair.toPem().replaceAll("-----.*-----", ""));
        int start = 33; // where the 32 bytes stand in the fixed form that toPem writes
        return new BigInteger(1, Arrays.copyOfRange(der, start, start + 32));
    }
}
