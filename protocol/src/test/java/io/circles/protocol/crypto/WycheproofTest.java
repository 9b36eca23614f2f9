package io.circles.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// Every vector of the three Wycheproof sets for this curve; see `vectors/README.md`.
class WycheproofTest {
    private static final String HIGH_S = "(?i).*signature malleability";

    private record Vector(JsonNode group, JsonNode test) {
        boolean valid() {
            return test.get("result").asText().equals("valid");
        }

        /// One has a flag of its own and the other, n / 2 + 1, is an ArithmeticError: so
        /// the comment.
        boolean onlyHighS() {
            return !valid() && test.get("comment").asText().matches(HIGH_S);
        }

        Signature signature() {
            return Signature.parse(test.get("sig").asText());
        }

        boolean accepted() {
            PublicKey key = PublicKey.parse(group.at("/publicKey/uncompressed").asText());
            byte[] message = HexFormat.of().parseHex(test.get("msg").asText());
            try {
                return signature().verifies(key, message);
            } catch (IllegalArgumentException refused) {
                return false;
            }
        }

        @Override
        public String toString() {
            return test.toString();
        }
    }

    @Test
    void derSignaturesAreJudgedAsTheVectorsSay() throws IOException {
        List<Vector> vectors = read("ecdsa_secp256k1_sha256_test.json");

        assertThat(vectors).hasSize(476).filteredOn(Vector::valid).hasSize(168);
        assertThat(vectors).allMatch(vector -> vector.accepted() == vector.valid());
    }

    @Test
    void compactSignaturesAreJudgedAsTheVectorsSay() throws IOException {
        List<Vector> vectors = read("ecdsa_secp256k1_sha256_p1363_test.json");

        assertThat(vectors).hasSize(252).filteredOn(Vector::valid).hasSize(167);
        assertThat(vectors).allMatch(vector -> vector.accepted() == vector.valid());
    }

    @Test
    void theBitcoinSetIsJudgedAsItSaysButForHighS() throws IOException {
        List<Vector> vectors = read("ecdsa_secp256k1_sha256_bitcoin_test.json");
        Predicate<Vector> invalid = Predicate.not(Vector::valid);

        assertThat(vectors).hasSize(463);
        assertThat(vectors).filteredOn(Vector::valid).hasSize(162).allMatch(Vector::accepted);
        assertThat(vectors)
                .filteredOn(invalid.and(Predicate.not(Vector::onlyHighS)))
                .hasSize(299)
                .noneMatch(Vector::accepted);
    }

    @Test
    void whatTheBitcoinSetRefusesForHighSOnlyIsAcceptedAndMadeLow() throws IOException {
        List<Vector> malleable =
                read("ecdsa_secp256k1_sha256_bitcoin_test.json").stream()
                        .filter(Vector::onlyHighS)
                        .toList();

        assertThat(malleable).hasSize(2).allMatch(Vector::accepted);
        assertThat(malleable)
                .map(Vector::signature)
                .allSatisfy(
                        signature -> {
                            BigInteger low = Secp256k1.N.subtract(signature.s());
                            assertThat(Secp256k1.isLow(signature.s())).isFalse();
                            assertThat(Secp256k1.isLow(low)).isTrue();
                            assertThat(signature.hex())
                                    .isEqualTo("%064x%064x".formatted(signature.r(), low));
                        });
    }

    private static List<Vector> read(String name) throws IOException {
        try (InputStream file = WycheproofTest.class.getResourceAsStream("/vectors/" + name)) {
            JsonNode root = new ObjectMapper().readTree(Objects.requireNonNull(file, name));
            var vectors = new ArrayList<Vector>();
            for (JsonNode group : root.get("testGroups")) {
                group.get("tests").forEach(test -> vectors.add(new Vector(group, test)));
            }
            assertThat(vectors).hasSize(root.get("numberOfTests").asInt());
            return vectors;
        }
    }
}
