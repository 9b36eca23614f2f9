package io.circles.server.transcript;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.Signature;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/// The keys of those who appear in transcripts: fixed, so that a transcript means the same every
/// time.
public enum Cast {
    CIRCLE(1),
    ALICE(2),
    BOB(3),
    MALLORY(4);

    private final int secret;

    Cast(int secret) {
        this.secret = secret;
    }

    /// Who it is.
    public KeyPair pair() {
        byte[] bytes = new byte[32];
        bytes[31] = (byte) secret;
        return KeyPair.of(bytes);
    }

    /// Its signature over a text, in one of the forms that the wire knows.
    ///
    /// @param form `hex`, `base64`, `der` or `der-base64`
    String sign(String text, String form) {
        Signature signature = pair().sign(text.getBytes(UTF_8));
        return switch (form) {
            case "hex" -> signature.hex();
            case "0x" -> "0x" + signature.hex();
            case "base64" -> Base64.getEncoder().encodeToString(signature.compact());
            case "der" -> HexFormat.of().formatHex(der(signature));
            case "der-base64" -> Base64.getEncoder().encodeToString(der(signature));
            default -> throw new IllegalArgumentException("no such form of a signature: " + form);
        };
    }

    private static byte[] der(Signature signature) {
        byte[] compact = signature.compact();
        byte[] r = integer(Arrays.copyOfRange(compact, 0, 32));
        byte[] s = integer(Arrays.copyOfRange(compact, 32, 64));
        byte[] der = new byte[2 + r.length + s.length];
        der[0] = 0x30;
        der[1] = (byte) (r.length + s.length);
        System.arraycopy(r, 0, der, 2, r.length);
        System.arraycopy(s, 0, der, 2 + r.length, s.length);
        return der;
    }

    private static byte[] integer(byte[] magnitude) {
        byte[] value = new BigInteger(1, magnitude).toByteArray();
        byte[] der = new byte[2 + value.length];
        der[0] = 0x02;
        der[1] = (byte) value.length;
        System.arraycopy(value, 0, der, 2, value.length);
        return der;
    }
}
