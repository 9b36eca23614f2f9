package io.circles.protocol.crypto;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Object;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.jspecify.annotations.Nullable;

/// Key files: reads what openssl writes and writes what openssl reads. See [KeyPair#parsePem].
///
/// No exception from here has a cause, since a library's message might quote the file.
final class PrivateKeyPem {
    private static final int MAX_LENGTH = 16 * 1024;
    private static final int LINE_LENGTH = 64;
    private static final int ORDER_BITS = 256;

    private static final String EC_PARAMETERS = "EC PARAMETERS";
    private static final String SEC1 = "EC PRIVATE KEY";
    private static final String PKCS8 = "PRIVATE KEY";
    private static final String PKCS8_ENCRYPTED = "ENCRYPTED PRIVATE KEY";
    private static final String PUBLIC = "PUBLIC KEY";

    private static final String TO_MAKE =
            "make one with: openssl ecparam -name secp256k1 -genkey -noout -out circle.pem";
    private static final String TO_DECRYPT =
            "decrypt it with: openssl pkey -in encrypted.pem -out circle.pem";
    private static final String TO_NAME_CURVE =
            "convert it with: openssl ec -in explicit.pem -param_enc named_curve -out circle.pem";

    private PrivateKeyPem() {}

    static KeyPair parse(String pem) {
        PemObject block = onlyKey(blocks(pem));
        return switch (block.getType()) {
            case SEC1 -> sec1(block);
            case PKCS8 -> pkcs8(block.getContent());
            case PKCS8_ENCRYPTED -> throw encrypted();
            case PUBLIC -> throw refused("holds a public key, not a private one", TO_MAKE);
            default ->
                    throw refused("has a label other than EC PRIVATE KEY and PRIVATE KEY", TO_MAKE);
        };
    }

    private static List<PemObject> blocks(String pem) {
        if (pem.length() > MAX_LENGTH) {
            throw refused("is longer than " + MAX_LENGTH + " characters", TO_MAKE);
        }
        return decoded(
                () -> {
                    var blocks = new ArrayList<PemObject>();
                    var reader = new PemReader(new StringReader(pem));
                    PemObject next;
                    while ((next = reader.readPemObject()) != null) {
                        blocks.add(next);
                    }
                    return blocks;
                });
    }

    private static PemObject onlyKey(List<PemObject> blocks) {
        List<PemObject> keys =
                blocks.stream().filter(block -> !block.getType().equals(EC_PARAMETERS)).toList();
        return switch (keys.size()) {
            case 0 -> throw refused("holds no PEM block of a private key", TO_MAKE);
            case 1 -> keys.getFirst();
            default ->
                    throw refused("holds more than one PEM block, and must hold one key", TO_MAKE);
        };
    }

    private static KeyPair sec1(PemObject block) {
        if (!block.getHeaders().isEmpty()) {
            throw encrypted();
        }
        ECPrivateKey key = decoded(() -> ECPrivateKey.getInstance(block.getContent()));
        checkCurve(decoded(key::getParametersObject));
        return keyPair(key);
    }

    private static KeyPair pkcs8(byte[] der) {
        PrivateKeyInfo info = decoded(() -> PrivateKeyInfo.getInstance(der));
        AlgorithmIdentifier algorithm = info.getPrivateKeyAlgorithm();
        if (!X9ObjectIdentifiers.id_ecPublicKey.equals(algorithm.getAlgorithm())) {
            throw refused("holds a key that is not for an elliptic curve", TO_MAKE);
        }
        checkCurve(algorithm.getParameters());
        ECPrivateKey key = decoded(() -> ECPrivateKey.getInstance(info.parsePrivateKey()));
        ASN1Object repeated = decoded(key::getParametersObject);
        if (repeated != null) {
            checkCurve(repeated);
        }
        return keyPair(key);
    }

    private static void checkCurve(@Nullable ASN1Encodable curve) {
        switch (curve) {
            case null -> throw refused("does not name its curve", TO_MAKE);
            case ASN1ObjectIdentifier name -> checkCurve(name);
            default -> throw refused("spells its curve out instead of naming it", TO_NAME_CURVE);
        }
    }

    private static void checkCurve(ASN1ObjectIdentifier curve) {
        if (!SECObjectIdentifiers.secp256k1.equals(curve)) {
            String name = ECNamedCurveTable.getName(curve);
            String other = name == null ? "an unknown curve" : name;
            throw refused("is on " + other + ", not secp256k1", TO_MAKE);
        }
    }

    private static KeyPair keyPair(ECPrivateKey key) {
        var pair = KeyPair.of(decoded(() -> key.getPrivateKey().getOctets()));
        ASN1BitString claimed = decoded(key::getPublicKey);
        if (claimed != null
                && !decoded(() -> PublicKey.of(claimed.getOctets())).equals(pair.publicKey())) {
            throw refused("holds a public key that does not belong to its private key", TO_MAKE);
        }
        return pair;
    }

    static String write(BigInteger secret, PublicKey publicKey) {
        byte[] der = pkcs8(secret, publicKey.parameters().getQ().getEncoded(false));
        var lines = Base64.getMimeEncoder(LINE_LENGTH, "\n".getBytes(StandardCharsets.US_ASCII));
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(PKCS8, lines.encodeToString(der), PKCS8);
    }

    private static byte[] pkcs8(BigInteger secret, byte[] publicKey) {
        var algorithm =
                new AlgorithmIdentifier(
                        X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp256k1);
        var key = new ECPrivateKey(ORDER_BITS, secret, new DERBitString(publicKey), null);
        try {
            return new PrivateKeyInfo(algorithm, key).getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T extends @Nullable Object> T decoded(Callable<T> step) {
        try {
            return step.call();
        } catch (Exception e) {
            throw refused("is damaged and cannot be decoded", TO_MAKE);
        }
    }

    private static IllegalArgumentException encrypted() {
        return refused("is encrypted, and nobody is there to type its password", TO_DECRYPT);
    }

    private static IllegalArgumentException refused(String why, String remedy) {
        return new IllegalArgumentException(
                "a private key is one on secp256k1 in PEM; this file %s; %s"
                        .formatted(why, remedy));
    }
}
