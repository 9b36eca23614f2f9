package io.circles.server;

import java.security.SecureRandom;
import java.util.UUID;
import java.util.function.Supplier;

/// Ids that nobody can guess: UUIDs of version 4 (RFC 9562, section 5.4). Thread-safe.
///
/// @param random not shown by what it has given
record RandomIds(SecureRandom random) implements Supplier<String> {
    @Override
    public String get() {
        long high = (random.nextLong() & 0xffff_ffff_ffff_0fffL) | 0x4000L;
        long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }
}
