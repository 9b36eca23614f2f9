package io.circles.script.redis;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.circles.script.LoggedLines;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutagesTest {
    private final RedisFailure gone = RedisFailure.lost(new IOException("no route"));
    private final RedisFailure full = RedisFailure.refused(new IOException("OOM"));

    private final LoggedLines lines = LoggedLines.of(Outages.class);
    private final Outages outages = new Outages(RedisAddress.parse("redis://127.0.0.1:6379"));

    @AfterEach
    void close() {
        lines.close();
    }

    @Test
    void howeverManyThreadsNoticeItIsSaidOnceAndWithoutATrace() {
        outages.begin("one", gone);
        outages.begin("other", gone);
        outages.begin("one", gone);
        assertThat(lines.take())
                .singleElement()
                .satisfies(
                        line -> {
                            assertThat(line.getLevel()).isEqualTo(Level.WARN);
                            assertThat(line.getThrowableProxy()).isNull();
                            assertThat(line.getKeyValuePairs().toString())
                                    .contains("redis://127.0.0.1:6379", "no route");
                        });

        outages.end("other");
        assertThat(lines.take()).as("one is still without it").isEmpty();
        outages.end("one");
        assertThat(lines.take())
                .singleElement()
                .satisfies(line -> assertThat(line.getLevel()).isEqualTo(Level.INFO));

        outages.end("one");
        assertThat(lines.take()).isEmpty();
        outages.begin("one", gone);
        assertThat(lines.take()).hasSize(1);
    }

    @Test
    void anotherTroubleIsSaidToo() {
        outages.begin("one", full);
        outages.begin("other", gone);
        outages.begin("one", gone);
        assertThat(lines.take()).hasSize(2);

        outages.end("one");
        outages.end("other");
        assertThat(lines.take()).hasSize(1);
    }

    @Test
    void aClockThatIsBackIsOneTroubleHoweverFar() {
        outages.begin("one", RedisFailure.wentBack(Duration.ofSeconds(1_000)));
        outages.begin("one", RedisFailure.wentBack(Duration.ofSeconds(999)));
        assertThat(lines.take()).hasSize(1);
    }
}
