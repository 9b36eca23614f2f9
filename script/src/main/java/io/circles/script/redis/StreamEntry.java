package io.circles.script.redis;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An entry of a stream, as it was read.
///
/// @param stream the name of the stream, prefix included; empty where only one was asked for
/// @param message the bytes of its one field; none when it has no such field or was deleted
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record StreamEntry(String stream, String id, byte[] message) {
    /// How long reading waits for something, in milliseconds: less than a link's patience.
    static final int BLOCK_MS = 1_000;

    private static final byte[] NOTHING = {};

    /// When it was written, by the clock of Redis.
    Instant written() {
        return Instant.ofEpochMilli(Long.parseLong(id.substring(0, id.indexOf('-'))));
    }

    /// The entries of an answer to XREAD or XREADGROUP.
    static List<StreamEntry> all(@Nullable Object answer) {
        List<StreamEntry> entries = new ArrayList<>();
        for (Object each : RedisLink.list(answer)) {
            List<@Nullable Object> stream = RedisLink.list(each);
            entries.addAll(of(RedisLink.text(stream.get(0)), stream.get(1)));
        }
        return entries;
    }

    /// The entries of an answer to XCLAIM.
    ///
    /// @param stream whose they are
    static List<StreamEntry> of(String stream, @Nullable Object answer) {
        List<StreamEntry> entries = new ArrayList<>();
        for (Object each : RedisLink.list(answer)) {
            List<@Nullable Object> entry = RedisLink.list(each);
            if (!entry.isEmpty()) {
                entries.add(
                        new StreamEntry(
                                stream, RedisLink.text(entry.get(0)), message(entry.get(1))));
            }
        }
        return entries;
    }

    private static byte[] message(@Nullable Object fields) {
        List<@Nullable Object> all = RedisLink.list(fields);
        return all.size() == 2
                        && RedisLink.text(all.get(0)).equals(Names.MESSAGE)
                        && all.get(1) instanceof byte[] bytes
                ? bytes
                : NOTHING;
    }
}
