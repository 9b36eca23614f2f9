package io.circles.script.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SealTest {
    private static final SharedKey KEY = SharedKey.of("k".repeat(32));
    private static final Instant UNTIL = Instant.parse("2026-01-01T00:00:10Z");
    private static final byte[] BODY = "what it says".getBytes(StandardCharsets.UTF_8);

    private Instant now = UNTIL.minusSeconds(10);
    private final Seal seal = seal(KEY);

    private Seal seal(SharedKey key) {
        return new Seal(key, () -> now);
    }

    private byte[] job() {
        return seal.seal(Purpose.JOB, "jobs", UNTIL, BODY);
    }

    private static void assertNotSealed(
            Seal by, Purpose purpose, String addressee, byte[] message) {
        assertThatThrownBy(() -> by.open(purpose, addressee, message))
                .isInstanceOf(RefusedMessage.class)
                .hasMessage("it was not sealed with this key for " + addressee);
    }

    @Test
    void whoHasTheKeyReadsWhatWasSealedUntilItsTimeIsOver() throws Exception {
        byte[] message = job();
        Message opened = seal(KEY).open(Purpose.JOB, "jobs", message);

        assertThat(opened.body()).isEqualTo(BODY);
        assertThat(opened.until()).isEqualTo(UNTIL);
        now = UNTIL;
        assertThat(seal.open(Purpose.JOB, "jobs", message).body()).isEqualTo(BODY);
        now = UNTIL.plusMillis(1);
        assertThatThrownBy(() -> seal.open(Purpose.JOB, "jobs", message))
                .isInstanceOf(RefusedMessage.class)
                .hasMessage("its time was over at " + UNTIL);
    }

    @Test
    void noBitCanBeChangedAndNoByteLeftOutOrAdded() {
        byte[] message = job();
        IntStream.range(0, message.length * Byte.SIZE)
                .forEach(
                        bit -> {
                            byte[] changed = message.clone();
                            changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
                            assertNotSealed(seal, Purpose.JOB, "jobs", changed);
                        });
        IntStream.range(0, message.length)
                .mapToObj(length -> Arrays.copyOf(message, length))
                .forEach(cut -> assertNotSealed(seal, Purpose.JOB, "jobs", cut));
        byte[] longer = Arrays.copyOf(message, message.length + 1);
        assertNotSealed(seal, Purpose.JOB, "jobs", longer);
    }

    @ParameterizedTest
    @EnumSource(value = Purpose.class, mode = EnumSource.Mode.EXCLUDE, names = "JOB")
    void itIsForOnePurpose(Purpose other) {
        assertNotSealed(seal, other, "jobs", job());
    }

    @Test
    void itIsForOneAddresseeAndForThoseWhoHaveTheKey() {
        byte[] message = seal.seal(Purpose.ANSWER, "node-1", UNTIL, BODY);

        assertNotSealed(seal, Purpose.ANSWER, "node-2", message);
        assertNotSealed(seal, Purpose.ANSWER, "node-", message);
        assertNotSealed(seal(SharedKey.of("l".repeat(32))), Purpose.ANSWER, "node-1", message);
    }

    @Test
    void aShortKeyIsRefusedAndNoneIsShown() {
        assertThatThrownBy(() -> SharedKey.of("k".repeat(31)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("32 bytes or more")
                .hasMessageNotContaining("kk");
        assertThat(KEY.toString()).doesNotContain("k".repeat(2));
        assertThat(KEY.derived(Purpose.JOB)).isNotEqualTo(KEY.derived(Purpose.ANSWER));
    }

    @Test
    void theClockOfRedisIsWhatCountsHoweverWrongTheOwnIs() {
        Instant redis = Instant.parse("2026-06-01T12:00:00Z");
        Instant own = redis.minus(Duration.ofHours(5));
        RedisClock clock = new RedisClock(() -> own.plusSeconds(1));
        clock.measured(redis, own.minusMillis(10), own.plusMillis(10));

        assertThat(clock.instant()).isEqualTo(redis.plusSeconds(1));
        assertThat(clock.millis()).isEqualTo(redis.plusSeconds(1).toEpochMilli());
    }

    @Test
    void aClockOfRedisThatGoesBackByMuchIsNotBelieved() {
        Instant redis = Instant.parse("2026-06-01T12:00:00Z");
        Instant own = redis.plusSeconds(7);
        RedisClock clock = new RedisClock(() -> own);
        clock.measured(redis, own, own);
        Instant least = redis.minus(RedisClock.MOST_BACK);
        clock.measured(least, own, own);
        assertThat(clock.instant()).isEqualTo(least);

        for (Instant earlier : List.of(least.minusMillis(1), Instant.EPOCH)) {
            assertThatThrownBy(() -> clock.measured(earlier, own, own))
                    .isInstanceOf(RedisFailure.class)
                    .hasMessageContaining("the clock of Redis has gone back by");
        }
        assertThat(clock.instant()).isEqualTo(least);
        clock.measured(redis.plus(Duration.ofDays(1)), own, own);
        assertThat(clock.instant()).isEqualTo(redis.plus(Duration.ofDays(1)));
    }
}
