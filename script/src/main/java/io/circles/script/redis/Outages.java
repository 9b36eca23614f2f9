package io.circles.script.redis;

import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says once that Redis is lost and once that it is back, however many threads notice. Thread-safe:
/// the monitor guards which of them are without it, and why.
final class Outages {
    private static final Logger log = LoggerFactory.getLogger(Outages.class);

    private final RedisAddress address;
    private final Map<String, String> kinds = new HashMap<>();

    Outages(RedisAddress address) {
        this.address = address;
    }

    /// That thread is without it, still or again.
    synchronized void begin(String thread, RedisFailure why) {
        boolean news = !kinds.containsValue(why.kind());
        kinds.put(thread, why.kind());
        if (news) {
            log.atWarn()
                    .addKeyValue("redis", address)
                    .addKeyValue("why", why.getMessage())
                    .log("Redis is lost, connecting again until it answers");
        }
    }

    /// For that thread all is well.
    synchronized void end(String thread) {
        String kind = kinds.remove(thread);
        if (kind != null && !kinds.containsValue(kind)) {
            log.atInfo().addKeyValue("redis", address).log("Redis answers again");
        }
    }
}
