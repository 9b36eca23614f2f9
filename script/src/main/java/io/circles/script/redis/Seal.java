package io.circles.script.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Seals what goes through Redis, and opens what comes from there: HMAC-SHA256 with the purpose's
/// key over the addressee and every byte of the message, its time included.
///
/// A sealed message is the HMAC (32 bytes), when it is past its time (milliseconds since 1970 by
/// the clock of Redis, 8 bytes) and the body.
///
/// The addressee is the whole name of a key of Redis, the prefix included, so that no message
/// passes in another installation that has the same key. A message that comes twice is opened
/// twice: what must not happen twice is known by the run that it names. Thread-safe; nothing
/// blocks.
final class Seal {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int MAC_BYTES = 32;
    private static final int HEAD_BYTES = Long.BYTES;

    private final Map<Purpose, Mac> keyed = new EnumMap<>(Purpose.class);
    private final InstantSource clock;

    /// @param clock that of Redis, as far as it is known here
    Seal(SharedKey key, InstantSource clock) {
        this.clock = clock;
        for (Purpose purpose : Purpose.values()) {
            keyed.put(purpose, keyed(key.derived(purpose)));
        }
    }

    private static Mac keyed(byte[] key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform must have " + ALGORITHM, e);
        }
    }

    /// A new message.
    ///
    /// @param addressee who is to take it; nobody else does
    /// @param until when it is past its time, by the clock of Redis
    byte[] seal(Purpose purpose, String addressee, Instant until, byte[] body) {
        ByteBuffer message = ByteBuffer.allocate(MAC_BYTES + HEAD_BYTES + body.length);
        message.position(MAC_BYTES).putLong(until.toEpochMilli()).put(body);
        byte[] bytes = message.array();
        System.arraycopy(mac(purpose, addressee, bytes), 0, bytes, 0, MAC_BYTES);
        return bytes;
    }

    /// What a message says, if it is one of ours.
    ///
    /// @throws RefusedMessage if it is not, or is past its time
    Message open(Purpose purpose, String addressee, byte[] message) throws RefusedMessage {
        if (message.length < MAC_BYTES + HEAD_BYTES || !isSealed(purpose, addressee, message)) {
            throw RefusedMessage.notSealedFor(addressee);
        }
        Message opened = claimed(message).orElseThrow();
        if (clock.instant().isAfter(opened.until())) {
            throw RefusedMessage.late(opened.until());
        }
        return opened;
    }

    /// What a message says, whoever has sealed it: for the log, and to clear up.
    static Optional<Message> claimed(byte[] message) {
        if (message.length < MAC_BYTES + HEAD_BYTES) {
            return Optional.empty();
        }
        long time = ByteBuffer.wrap(message, MAC_BYTES, HEAD_BYTES).getLong();
        return Optional.of(
                new Message(
                        Instant.ofEpochMilli(time),
                        Arrays.copyOfRange(message, MAC_BYTES + HEAD_BYTES, message.length)));
    }

    private boolean isSealed(Purpose purpose, String addressee, byte[] message) {
        byte[] claimed = Arrays.copyOf(message, MAC_BYTES);
        return MessageDigest.isEqual(mac(purpose, addressee, message), claimed);
    }

    /// Over all that follows the HMAC's own place. The addressee's length stands before it, so that
    /// no other addressee and body give the same bytes.
    private byte[] mac(Purpose purpose, String addressee, byte[] message) {
        Mac mac = copy(Objects.requireNonNull(keyed.get(purpose)));
        byte[] name = addressee.getBytes(StandardCharsets.UTF_8);
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(name.length).flip());
        mac.update(name);
        mac.update(message, MAC_BYTES, message.length - MAC_BYTES);
        return mac.doFinal();
    }

    /// Setting one up costs more than using it.
    private static Mac copy(Mac mac) {
        try {
            return (Mac) mac.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's HMAC can be copied", e);
        }
    }
}
