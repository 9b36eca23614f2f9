package io.circles.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.circles.script.contract.Plays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallerTest {
    @Test
    void aCallerHasAKeyOrIsAnonymous() {
        assertThat(Caller.anonymous().publicKey()).isNull();
        assertThat(Caller.of(Plays.ALICE).kind()).isEqualTo(Caller.Kind.KEY);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Caller(null, Caller.Kind.KEY, List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Caller(Plays.ALICE, Caller.Kind.ANONYMOUS, List.of()));
    }
}
