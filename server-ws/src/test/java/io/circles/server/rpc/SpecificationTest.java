package io.circles.server.rpc;

import io.circles.protocol.Params;
import io.circles.server.transcript.Cast;
import io.circles.server.transcript.DirectConversation;
import io.circles.server.transcript.Transcript;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The examples of the JSON-RPC 2.0 specification, against an endpoint that has the methods they
/// call.
class SpecificationTest {
    record Subtract(int minuend, int subtrahend) {}

    record Three(int first, int second, int third) {}

    record Five(int first, int second, int third, int fourth, int fifth) {}

    record One(int only) {}

    record None() {}

    private static final MethodRegistry METHODS =
            new MethodRegistry(
                    List.of(
                            method(
                                    "subtract",
                                    Subtract.class,
                                    (call, p) -> p.minuend - p.subtrahend),
                            method("sum", Three.class, (call, p) -> p.first + p.second + p.third),
                            method("notify_sum", Three.class, (call, p) -> 0),
                            method("update", Five.class, (call, p) -> 0),
                            method("notify_hello", One.class, (call, p) -> 0),
                            method("get_data", None.class, (call, p) -> List.of("hello", 5)),
                            method("whoami", None.class, (call, p) -> "a test")));

    private static <P extends Record> RpcMethod<P> method(
            String name, Class<P> params, RpcMethod.Handler<P> handler) {
        return new RpcMethod<>(
                name, Params.of(params), Optional.empty(), new Ordering.InOrder(), handler);
    }

    @TestFactory
    Stream<DynamicTest> theExamplesOfTheSpecificationHold() {
        return Transcript.in("specification").stream()
                .map(t -> DynamicTest.dynamicTest(t.name(), () -> replay(t)));
    }

    private static void replay(Transcript transcript) throws InterruptedException {
        try (DirectConversation conversation = TestEndpoints.endpoint(METHODS, Cast.CIRCLE)) {
            transcript.replay(conversation);
        }
    }
}
