package io.circles.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.script.CircleModule;
import io.circles.server.circle.DirectCircle;
import io.circles.server.transcript.Cast;
import io.circles.server.transcript.Conversation;
import io.circles.server.transcript.LogIn;
import io.circles.server.transcript.SocketConversation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A circle's module, from its mount to its replacement.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ModuleIT {
    private static final CircleModule OLD =
            module("export const f = () => 'old'; export const g = value => value;");
    private static final CircleModule NEW =
            module("export const f = () => 'new'; export const h = value => value;");

    private static final String CHANGES =
            "export function change() { state.set('k', 1); events.publish('t', 1); }";

    @TempDir private Path folder;

    private final CircleHost host = CircleHost.start(TestCircles.scripts());

    @AfterEach
    void stop() {
        host.close();
    }

    private static CircleModule module(String source) {
        return CircleModule.of("main.js", Map.of("main.js", source));
    }

    private CircleServer mount(CircleModule module) throws IOException {
        return host.mount(config(module));
    }

    private CircleConfig config(CircleModule module) {
        return TestCircles.circle()
                .members(DirectCircle.MEMBERS)
                .data(folder)
                .module(module)
                .build();
    }

    private static Conversation member(CircleServer circle) throws InterruptedException {
        Conversation talk = new SocketConversation(circle.url());
        LogIn.as(Cast.BOB, talk);
        return talk;
    }

    private static String call(Conversation talk, String function) throws InterruptedException {
        talk.send(
                """
                {"jsonrpc":"2.0","id":1,"method":"call","params":["%s"]}"""
                        .formatted(function));
        return talk.receive();
    }

    @Test
    void aModuleThatCannotBeLoadedKeepsTheCircleFromBeingMounted() throws IOException {
        CircleException failure =
                catchThrowableOfType(
                        CircleException.class,
                        () -> mount(module("export const f = 1;\nno function")));
        assertThat(failure).hasMessageStartingWith("main.js:2:4: ");
        assertThat(failure.code()).isEqualTo(ErrorCode.SCRIPT_ERROR);
        // nothing of it is left in the way
        assertThat(mount(OLD).connections()).isZero();
    }

    @Test
    void whenOnStartFailsTheCircleIsNotMounted() throws IOException {
        CircleException failure =
                catchThrowableOfType(
                        CircleException.class,
                        () -> mount(module("export function onStart() { throw new Error(); }")));
        assertThat(failure.code()).isEqualTo(ErrorCode.SCRIPT_ERROR);
        assertThat(failure).hasMessageStartingWith("onStart: ");
        assertThat(mount(OLD).connections()).isZero();
    }

    @Test
    void whatACallerCanBringAboutInOnStartKeepsNobodyOut() throws Exception {
        CircleModule full =
                module(
                        """
                        export function onStart() {
                          if (state.get('room') === undefined) state.set('big', 'x'.repeat(2_000));
                          state.set('started', true);
                        }
                        export function makeRoom() { state.set('room', true); }
                        export function started() { return state.get('started') ?? false; }
                        """);
        CircleServer circle =
                host.mount(
                        TestCircles.circle()
                                .members(DirectCircle.MEMBERS)
                                .data(folder)
                                .limits(Limits.DEFAULTS.with(Limit.STATE, 1_500))
                                .module(full)
                                .build());
        try (Conversation talk = member(circle)) {
            assertThat(call(talk, "started")).contains("\"value\":false,");
            assertThat(call(talk, "makeRoom")).contains("result");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> call(talk, "started").contains("\"value\":true,"));
        }
    }

    @Test
    void onStartRunsOnceAndNotAgainAfterAReload() throws Exception {
        String onStart = "export function onStart() { state.increment('starts'); }";
        CircleServer circle = mount(module(onStart));
        circle.reload(module(onStart + "export const starts = () => state.get('starts');"));
        try (Conversation talk = member(circle)) {
            assertThat(call(talk, "starts")).contains("\"value\":1,");
        }
    }

    @Test
    void aModuleThatCannotBeLoadedLeavesTheOldOne() throws Exception {
        CircleServer circle = mount(OLD);
        CircleException failure =
                catchThrowableOfType(CircleException.class, () -> circle.reload(module("(")));
        assertThat(failure).hasMessageStartingWith("main.js:1:2: ");
        try (Conversation talk = member(circle)) {
            assertThat(call(talk, "g")).contains("\"result\"");
        }
    }

    @Test
    void callsInFlightEndWithTheOldModuleAndLaterOnesHaveTheNew() throws Exception {
        StubScripts scripts = new StubScripts();
        try (CircleHost stubs = CircleHost.start(scripts)) {
            CircleServer circle = stubs.mount(config(StubScripts.module("slow: wait")));
            try (Conversation talk = member(circle);
                    Conversation other = member(circle)) {
                talk.send(
                        """
                        {"jsonrpc":"2.0","id":1,"method":"call","params":["slow"]}""");
                scripts.awaitThat("waits", 1);
                circle.reload(StubScripts.module("quick: args"));
                assertThat(call(other, "slow")).contains("no_such_function");
                assertThat(call(other, "quick")).contains("\"result\"");
                scripts.end();
                assertThat(talk.receive()).contains("\"output\":\"slow\"");
            }
        }
    }

    @Test
    void underLoadEveryCallSeesOneModuleOrTheOther() throws Exception {
        CircleServer circle = mount(OLD);
        Thread reloading =
                Thread.startVirtualThread(
                        () -> {
                            try {
                                for (int i = 0; !Thread.interrupted(); i++) {
                                    circle.reload(i % 2 == 0 ? NEW : OLD);
                                }
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        try (Conversation talk = member(circle)) {
            for (int i = 0; i < 300; i++) {
                assertThat(call(talk, "f"))
                        .containsAnyOf("\"output\":\"old\"", "\"output\":\"new\"");
            }
        } finally {
            reloading.interrupt();
            reloading.join();
        }
    }

    @Test
    void aDataFolderOutlivesTheCircle() throws Exception {
        CircleServer circle = mount(module(CHANGES));
        try (Conversation talk = member(circle)) {
            assertThat(call(talk, "change")).contains("\"result\"");
        }
        circle.close();
        assertThat(folder.resolve("state.db")).exists();
        try (Conversation talk = member(mount(OLD))) {
            talk.send(
                    """
                    {"jsonrpc":"2.0","id":1,"method":"subscribe","params":["t",0]}""");
            assertThat(talk.receive()).contains("\"seq\":1", "\"gap\":false");
            assertThat(talk.receive()).contains("\"event\"");
        }
    }

    @Test
    void aTemporaryFolderIsDeletedWithItsCircle() throws Exception {
        CircleConfig config =
                CircleConfig.builder("passing", Cast.ALICE.pair())
                        .port(0)
                        .module(module("export function onStart() { state.set('k', 1); }"))
                        .build();
        host.mount(config).close();
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        try (var left = Files.newDirectoryStream(temporary, "circle-passing-*")) {
            assertThat(left).isEmpty();
        }
    }
}
