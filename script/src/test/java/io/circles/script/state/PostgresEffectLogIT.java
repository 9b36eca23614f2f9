package io.circles.script.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresEffectLogIT extends EffectLogContract {
    @RegisterExtension static final PostgresStates STATES = new PostgresStates();

    @Override
    StateStore make(
            String circle,
            long mostBytes,
            InstantSource time,
            Consumer<List<LoggedEffect>> committed) {
        return STATES.make(circle, mostBytes, time, committed);
    }

    @Test
    void whoseClockIsWrongSeesAndKeepsWhatTheOthersHaveJustWritten() throws InterruptedException {
        InstantSource right = InstantSource.system();
        InstantSource fast = () -> right.instant().plus(Duration.ofMinutes(11));
        InstantSource slow = () -> right.instant().minus(Duration.ofDays(1));
        try (StateStore one = STATES.makeElsewhere("circle", right);
                StateStore two = STATES.makeElsewhere("circle", fast);
                StateStore three = STATES.makeElsewhere("circle", slow)) {
            one.commit(withEffects("one", "1"));
            assertThat(two.effects(0, 9)).extracting(LoggedEffect::number).containsExactly(1L);
            two.commit(withEffects("two", "2"));
            three.commit(withEffects("three", "3"));
            for (StateStore each : List.of(one, two, three)) {
                assertThat(each.effects(0, 9))
                        .extracting(LoggedEffect::number)
                        .containsExactly(1L, 2L, 3L);
            }
            assertThat(three.effects(0, 9).getLast().at())
                    .isBetween(
                            right.instant().minus(Duration.ofMinutes(2)),
                            right.instant().plus(Duration.ofMinutes(2)));
        }
    }
}
