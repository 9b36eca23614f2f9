import com.fasterxml.jackson.databind.JsonNode;
import io.circles.client.CircleClient;
import io.circles.client.RelayGroup;
import io.circles.client.RelaySession;
import io.circles.client.Round;
import io.circles.protocol.RelayApi;
import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.PublicKey;
import io.circles.protocol.crypto.Signature;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;

/// A party of a threshold protocol, whose rounds go through the relay and are sealed end to end. It
/// does so as `sealed.mjs` does, so that parties in Java and in Node understand each other.
///
/// `SealedParty URL KEY_FILE PUBKEY,PUBKEY,... GROUP/SESSION TEXT` takes a seat, tells the others a
/// text and prints what they tell.
public class SealedParty {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int IV_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecureRandom random = new SecureRandom();
    private final RelaySession session;
    private final Map<Integer, Keys> keys = new HashMap<>();

    private record Keys(SecretKey out, SecretKey in) {}

    private SealedParty(RelaySession session) {
        this.session = session;
    }

    public static void main(String[] arguments) throws Exception {
        URI url = URI.create(arguments[0]);
        KeyPair key = KeyPair.parsePem(Files.readString(Path.of(arguments[1])));
        List<String> members = List.of(arguments[2].split(","));
        String[] place = arguments[3].split("/", 2);
        byte[] text = arguments[4].getBytes(StandardCharsets.UTF_8);
        try (CircleClient circle = CircleClient.builder(url).keyPair(key).connect()) {
            RelayGroup group = circle.relay().join(place[0]);
            RelaySession session = group.join(place[1], RelayApi.KEYGEN);
            session.signUp(PATIENCE);
            SealedParty party = new SealedParty(session);
            party.meet(group.id(), key, members);
            Map<Integer, byte[]> told = party.exchange(1, text);
            told.forEach((number, bytes) -> System.out.println(number + ": " + utf8(bytes)));
            session.finish();
        }
    }

    /// Who is who: each shows a key for this session alone, signed with the one that it is known
    /// by.
    private void meet(String group, KeyPair identity, List<String> members) throws Exception {
        java.security.KeyPair own = KeyPairGenerator.getInstance("X25519").generateKeyPair();
        String mine = base64(own.getPublic().getEncoded());
        Signature signature = identity.sign(said(group, session.number(), mine));
        String me = identity.publicKey().hex();
        Round hello = session.round(0);
        hello.broadcast(Map.of("key", mine, "pubkey", me, "signature", signature.encoded()));
        Set<String> known = new HashSet<>(Set.of(me));
        for (var entry : hello.collect(PATIENCE).broadcasts().entrySet()) {
            int party = entry.getKey();
            JsonNode body = entry.getValue();
            String pubkey = body.path("pubkey").asText();
            String theirs = body.path("key").asText();
            boolean right =
                    members.contains(pubkey)
                            && known.add(pubkey)
                            && Signature.parse(body.path("signature").asText())
                                    .verifies(PublicKey.parse(pubkey), said(group, party, theirs));
            if (!right) {
                throw abort("a party is not who it should be", party);
            }
            keys.put(party, agree(own.getPrivate(), theirs, party));
        }
    }

    private byte[] said(String group, int party, String key) {
        String text = String.join("\n", "sealed rounds v1", group, session.id(), party + "", key);
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Keys agree(java.security.PrivateKey own, String theirs, int party)
            throws GeneralSecurityException {
        var encoded = new X509EncodedKeySpec(Base64.getDecoder().decode(theirs));
        KeyAgreement agreement = KeyAgreement.getInstance("X25519");
        agreement.init(own);
        agreement.doPhase(KeyFactory.getInstance("X25519").generatePublic(encoded), true);
        byte[] shared = agreement.generateSecret();
        int me = session.number();
        return new Keys(derive(shared, me, party), derive(shared, party, me));
    }

    private SecretKey derive(byte[] shared, int from, int to) throws GeneralSecurityException {
        byte[] salt = session.id().getBytes(StandardCharsets.UTF_8);
        byte[] info = (from + " to " + to).getBytes(StandardCharsets.UTF_8);
        return KDF.getInstance("HKDF-SHA256")
                .deriveKey(
                        "AES",
                        HKDFParameterSpec.ofExtract()
                                .addIKM(shared)
                                .addSalt(salt)
                                .thenExpand(info, 32));
    }

    /// Sends a message to all others, and waits for theirs.
    private Map<Integer, byte[]> exchange(int number, byte[] message) throws Exception {
        Round round = session.round(number);
        for (int party : keys.keySet()) {
            round.to(party, seal(party, number, message));
        }
        Map<Integer, byte[]> opened = new TreeMap<>();
        for (var entry : round.collect(PATIENCE).direct().entrySet()) {
            opened.put(entry.getKey(), open(entry.getKey(), number, entry.getValue()));
        }
        return opened;
    }

    private byte[] seal(int party, int round, byte[] message) throws GeneralSecurityException {
        byte[] iv = new byte[IV_BYTES];
        random.nextBytes(iv);
        byte[] sealed =
                cipher(Cipher.ENCRYPT_MODE, keys.get(party).out(), iv, round).doFinal(message);
        return ByteBuffer.allocate(IV_BYTES + sealed.length).put(iv).put(sealed).array();
    }

    private byte[] open(int party, int round, JsonNode body) throws Exception {
        try {
            ByteBuffer all = ByteBuffer.wrap(body.binaryValue());
            byte[] iv = new byte[IV_BYTES];
            all.get(iv);
            byte[] sealed = new byte[all.remaining()];
            all.get(sealed);
            return cipher(Cipher.DECRYPT_MODE, keys.get(party).in(), iv, round).doFinal(sealed);
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            throw abort("a message cannot be opened", party);
        }
    }

    private static Cipher cipher(int mode, SecretKey key, byte[] iv, int round)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, iv));
        cipher.updateAAD(("round " + round).getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    /// Ends the session for all, and says why.
    private IllegalStateException abort(String reason, int accused) throws InterruptedException {
        session.abort(reason, List.of(accused));
        return new IllegalStateException(reason + ": " + accused);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
