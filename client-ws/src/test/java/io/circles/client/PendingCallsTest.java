package io.circles.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.NullNode;
import io.circles.client.PendingCalls.Call;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.RpcId;
import org.junit.jupiter.api.Test;

class PendingCallsTest {
    private static final Outcome ANSWER = new Outcome.Answered(NullNode.instance);

    private final PendingCalls calls = new PendingCalls();

    @Test
    void anAnswerGoesToItsCallAndOnlyOnce() {
        Call one = calls.add();
        Call two = calls.add();

        assertThat(calls.complete(two.id(), ANSWER)).isTrue();
        assertThat(calls.complete(two.id(), ANSWER)).isFalse();
        assertThat(two.outcome()).isCompletedWithValue(ANSWER);
        assertThat(one.outcome()).isNotDone();
    }

    @Test
    void aCallGivenUpIsKnownButWaitsNoMore() {
        Call call = calls.add();
        calls.remove(call);

        assertThat(calls.complete(call.id(), ANSWER)).isFalse();
        assertThat(calls.knows(call.id())).isTrue();
        assertThat(calls.knows(RpcId.of(2))).isFalse();
        assertThat(calls.knows(RpcId.of("1"))).isFalse();
        assertThat(calls.knows(RpcId.NULL)).isFalse();
    }

    @Test
    void whatIsTooMuchIsRefusedAtOnceAndRoomComesBack() {
        Call first = calls.add();
        for (int i = 1; i < PendingCalls.MAX; i++) {
            calls.add();
        }

        CircleException busy = catchThrowableOfType(CircleException.class, calls::add);
        assertThat(busy.code()).isEqualTo(ErrorCode.BUSY);
        calls.remove(first);
        assertThat(calls.add().outcome()).isNotDone();
    }

    @Test
    void theEndReachesThoseThatWaitAndThoseThatCome() {
        LinkEnd end = LinkEnd.broken("cut", null);
        Call before = calls.add();
        calls.end(end);
        Call after = calls.add();

        assertThat(before.outcome()).isCompletedWithValue(new Outcome.Lost(end));
        assertThat(after.outcome()).isCompletedWithValue(new Outcome.Lost(end));
    }
}
