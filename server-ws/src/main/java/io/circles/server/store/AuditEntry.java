package io.circles.server.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.circles.protocol.crypto.Digest;
import io.circles.protocol.crypto.PublicKey;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// One link of the chain. Immutable.
///
/// Its hash is SHA-256 over the previous entry's hash and each field in turn: number, time in
/// milliseconds since 1970 and the fact's fields, as UTF-8 after their length in four bytes. The
/// first entry follows [#root].
///
/// @param number from 1, without gaps
/// @param at to the millisecond
/// @param hash in hex
public record AuditEntry(long number, Instant at, AuditFact fact, String hash) {

    /// What the first entry of a circle follows.
    static String root(PublicKey circle) {
        return hex(Digest.sha256((AuditHead.PURPOSE + circle.hex()).getBytes(UTF_8)));
    }

    /// The entry that follows another.
    static AuditEntry after(long number, String hash, Instant at, AuditFact fact) {
        Instant rounded = Instant.ofEpochMilli(at.toEpochMilli());
        return new AuditEntry(
                number + 1, rounded, fact, hash(hash, fields(number + 1, rounded, fact)));
    }

    /// Whether its hash is right after an entry with that hash.
    boolean follows(String previous) {
        return hash.equals(hash(previous, fields(number, at, fact)));
    }

    private static List<String> fields(long number, Instant at, AuditFact fact) {
        return List.of(
                Long.toString(number),
                Long.toString(at.toEpochMilli()),
                fact.event().word(),
                fact.request(),
                fact.key(),
                fact.requester(),
                fact.digest(),
                fact.display(),
                fact.verdict());
    }

    private static String hash(String previous, List<String> fields) {
        List<byte[]> parts = new ArrayList<>();
        parts.add(HexFormat.of().parseHex(previous));
        for (String field : fields) {
            byte[] text = field.getBytes(UTF_8);
            parts.add(ByteBuffer.allocate(Integer.BYTES).putInt(text.length).array());
            parts.add(text);
        }
        return hex(Digest.sha256(parts.toArray(byte[][]::new)));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
