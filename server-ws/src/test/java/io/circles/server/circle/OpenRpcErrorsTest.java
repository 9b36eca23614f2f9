package io.circles.server.circle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.RpcMessage;
import io.circles.script.Capability;
import io.circles.server.rpc.Ordering;
import io.circles.server.rpc.RpcMethod;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// `openrpc.json` names the errors that a client can get. Which these are is read from the compiled
/// code: wherever it mentions an [ErrorCode], the methods that this place works for can fail so.
class OpenRpcErrorsTest {
    private static final JavaClasses CODE =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages(
                            "io.circles.protocol", "io.circles.script", "io.circles.server");

    /// A part of the code and the methods that it works for, unless an earlier one has it.
    ///
    /// @param start of the full names of its Java methods
    private record Part(String start, Predicate<RpcMethod<?>> worksFor) {}

    private static final List<Part> PARTS =
            List.of(
                    new Part("io.circles.protocol.", any -> true),
                    new Part("io.circles.server.rpc.RpcEndpoint", any -> true),
                    new Part("io.circles.server.rpc.Answers", any -> true),
                    new Part("io.circles.server.rpc.Requests", OpenRpcErrorsTest::isConcurrent),
                    new Part(
                            "io.circles.server.rpc.RunningRequest",
                            OpenRpcErrorsTest::isConcurrent),
                    new Part(
                            "io.circles.server.session.Session.proven",
                            method -> method.name().startsWith("sign_")),
                    new Part("io.circles.server.sigsocket.SigSocket.decide", named("sign_respond")),
                    // what whoever asks in Java is told
                    new Part("io.circles.server.sigsocket.", any -> false),
                    // what whoever speaks the original's protocol is told
                    new Part("io.circles.server.mpc.original.", any -> false),
                    new Part("io.circles.server.mpc.", OpenRpcErrorsTest::isExclusive),
                    new Part("io.circles.server.store.", any -> false),
                    // says what counts as a failure of a handler
                    new Part("io.circles.server.pace.", any -> false),
                    new Part("io.circles.server.circle.StartHandler", any -> false),
                    // what whoever starts a circle is told
                    new Part("io.circles.server.FirstWorker", any -> false),
                    // counts what others throw
                    new Part("io.circles.server.metrics.", any -> false),
                    new Part(
                            "io.circles.server.session.Session.require",
                            method -> method.needs().isPresent()),
                    new Part("io.circles.server.session.Session.challenge", named("fetch_nonce")),
                    new Part(
                            "io.circles.server.session.Session.authenticate",
                            named("authenticate")),
                    new Part("io.circles.server.circle.CircleScripts", named("call")),
                    new Part("io.circles.server.event.Subscriptions", named("subscribe")),
                    // what a script that calls a function is told of it, it can catch
                    new Part("io.circles.script.engine.Functions", named("call")),
                    new Part("io.circles.script.engine.ModuleRealm", named("call")),
                    new Part("io.circles.script.", OpenRpcErrorsTest::runsScripts));

    private static boolean isConcurrent(RpcMethod<?> method) {
        return method.ordering() instanceof Ordering.Concurrent;
    }

    private static boolean isExclusive(RpcMethod<?> method) {
        return method.ordering() instanceof Ordering.Exclusive;
    }

    private static boolean runsScripts(RpcMethod<?> method) {
        return method.needs()
                .filter(Set.of(Capability.PLAY, Capability.CALL)::contains)
                .isPresent();
    }

    private static Predicate<RpcMethod<?>> named(String name) {
        return method -> method.name().equals(name);
    }

    private static Stream<String> placesThatMention(ErrorCode code) {
        return CODE.get(ErrorCode.class).getField(code.name()).getAccessesToSelf().stream()
                .map(JavaAccess::getOrigin)
                .filter(origin -> !origin.getOwner().isEquivalentTo(ErrorCode.class))
                .map(origin -> origin.getFullName());
    }

    private static boolean canFail(RpcMethod<?> method, ErrorCode code) {
        return placesThatMention(code)
                .anyMatch(
                        place ->
                                PARTS.stream()
                                        .filter(part -> place.startsWith(part.start))
                                        .limit(1)
                                        .anyMatch(part -> part.worksFor.test(method)));
    }

    private static Stream<ErrorCode> ours() {
        return Arrays.stream(ErrorCode.values()).filter(code -> !Discovered.isStandard(code));
    }

    @Test
    void everyPlaceThatMentionsAnErrorWorksForSomeMethod() {
        assertThat(ours().flatMap(OpenRpcErrorsTest::placesThatMention))
                .isNotEmpty()
                .allMatch(place -> PARTS.stream().anyMatch(p -> place.startsWith(p.start)));
    }

    static Stream<RpcMethod<?>> methods() {
        return Discovered.registry().all().stream();
    }

    @ParameterizedTest
    @MethodSource("methods")
    void aMethodNamesTheErrorsThatItCanFailWith(RpcMethod<?> method) {
        JsonNode errors = Discovered.callable().get(method.name()).path("errors");
        assertThat(errors.valueStream().map(error -> error.path("$ref").asText()))
                .containsExactlyElementsOf(
                        ours().filter(code -> canFail(method, code))
                                .map(code -> "#/components/errors/" + code.name())
                                .toList());
    }

    @Test
    void theErrorsAreAsTheTableOfErrorsHasThem() {
        JsonNode errors = Discovered.document().at("/components/errors");
        List<ErrorCode> possible =
                ours().filter(code -> methods().anyMatch(method -> canFail(method, code))).toList();
        assertThat(errors.propertyStream().map(Map.Entry::getKey))
                .containsExactlyElementsOf(possible.stream().map(ErrorCode::name).toList());
        for (ErrorCode code : possible) {
            JsonNode error = Discovered.component("errors", code.name());
            assertThat(error.path("code").asInt()).as(code.name()).isEqualTo(code.number());
            assertThat(error.path("message").asText()).isEqualTo(code.message());
            assertThat(error.at("/data/kind").asText()).isEqualTo(code.kind());
            assertThat(error.at("/data/retryable").asBoolean()).isEqualTo(code.retryable());
        }
    }

    /// A notification of the server that is not made from an event would be missing in the
    /// document. Those between the server and its workers, here or behind Redis, are no business of
    /// clients.
    @Test
    void theServerMakesNoNotificationsByHand() {
        assertThat(
                        CODE.get(RpcMessage.Notification.class).getConstructorCallsToSelf().stream()
                                .map(call -> call.getOriginOwner())
                                .map(JavaClass::getPackageName)
                                .filter(
                                        name ->
                                                !name.equals("io.circles.script.worker")
                                                        && !name.equals("io.circles.script.redis")))
                .isNotEmpty()
                .containsOnly("io.circles.protocol");
    }
}
