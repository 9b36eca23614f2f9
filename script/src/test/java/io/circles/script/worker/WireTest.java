package io.circles.script.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.circles.protocol.CircleApi;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.RpcId;
import io.circles.protocol.RpcMessage;
import io.circles.protocol.SignDigest;
import io.circles.script.Caller;
import io.circles.script.Capability;
import io.circles.script.CircleModule;
import io.circles.script.Effect;
import io.circles.script.ScriptEnvironment;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptLimits;
import io.circles.script.ScriptOutcome;
import io.circles.script.ScriptResult;
import io.circles.script.ScriptTask;
import io.circles.script.SignatureRequest;
import io.circles.script.contract.Plays;
import io.circles.script.state.Transaction;
import io.circles.script.wire.EnvironmentCodec;
import io.circles.script.wire.Fields;
import io.circles.script.wire.JobCodec;
import io.circles.script.wire.OutcomeCodec;
import io.circles.script.wire.UnreadableMessage;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireTest {
    private static final ScriptEnvironment ENVIRONMENT =
            new ScriptEnvironment(
                    Plays.CIRCLE,
                    "shop",
                    Optional.of(
                            CircleModule.of(
                                    "main.js", Map.of("main.js", "export {}", "a/b.js", "1"))),
                    Set.of("paid"),
                    Optional.of("jdbc:sqlite:state.db"),
                    List.of("api.example.com:443"),
                    Map.of("mail", "s€cret"));

    private static final String REQUEST = "00000000-0000-4000-8000-00000000000a";

    /// Sends a message over a link and receives it again.
    private static RpcMessage transported(RpcMessage message) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        link("", bytes).send(message);
        return link(bytes.toString(StandardCharsets.US_ASCII), bytes).receive().orElseThrow();
    }

    private static WorkerLink link(String received, OutputStream out) {
        return new WorkerLink(
                new ByteArrayInputStream(received.getBytes(StandardCharsets.UTF_8)), out);
    }

    @Test
    void whatIsPutInGoesWithOthers() throws IOException {
        byte[] line = WorkerLink.line(new RpcMessage.Success(RpcId.of(1), Json.object()));
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        WorkerLink link = link("", new BufferedOutputStream(sent));

        link.put(line);
        link.put(line);
        assertThat(sent.size()).isZero();
        link.flush();
        assertThat(sent.size()).isEqualTo(2 * line.length);
        link.put(line);
        link.send(line);
        assertThat(sent.size()).isEqualTo(4 * line.length);
        for (int i = 0; i < 100; i++) {
            link.put(line);
        }
        assertThat(sent.size()).isGreaterThan(84 * line.length);
    }

    private static Fields params(RpcMessage message) throws IOException {
        return Fields.of(((RpcMessage.Notification) transported(message)).params());
    }

    @Test
    void anEnvironmentArrivesAsItWas() throws Exception {
        Fields params =
                params(
                        new RpcMessage.Notification(
                                Methods.LOAD, EnvironmentCodec.encode(ENVIRONMENT)));
        assertThat(EnvironmentCodec.decode(params)).isEqualTo(ENVIRONMENT);
        ScriptEnvironment least = ScriptEnvironment.of(Plays.CIRCLE, "least");
        assertThat(EnvironmentCodec.decode(new Fields(EnvironmentCodec.encode(least))))
                .isEqualTo(least);
    }

    static Stream<ScriptJob> jobs() {
        Caller alice = Caller.of(Plays.ALICE, List.of("member", "staff"));
        ScriptLimits limits = ScriptLimits.DEFAULTS.toBuilder().effects(7).httpBytes(8).build();
        Set<Capability> some = Set.of(Capability.PLAY, Capability.HTTP);
        return Stream.of(
                new ScriptJob(
                        "a",
                        ENVIRONMENT,
                        alice,
                        some,
                        new ScriptTask.Play("'ä\uD800'\n"),
                        null,
                        limits),
                new ScriptJob(
                        "b",
                        ENVIRONMENT,
                        Caller.anonymous(),
                        Set.of(),
                        new ScriptTask.Call("f"),
                        "null",
                        limits),
                new ScriptJob(
                        "c",
                        ENVIRONMENT,
                        Caller.webhook(),
                        some,
                        new ScriptTask.Handle("paid", ScriptTask.Via.WEBHOOK),
                        "{\"n\":1.50,\"s\":\"ä\uD800\\\"\"}",
                        limits),
                new ScriptJob(
                        "e",
                        ENVIRONMENT,
                        Caller.circle(Plays.CIRCLE),
                        some,
                        new ScriptTask.Handle("onSigned", ScriptTask.Via.SIGNED),
                        "{}",
                        limits),
                new ScriptJob(
                        "d",
                        ENVIRONMENT,
                        Caller.circle(Plays.CIRCLE),
                        some,
                        new ScriptTask.Inspect(),
                        null,
                        limits));
    }

    @ParameterizedTest
    @MethodSource("jobs")
    void aJobArrivesAsItWas(ScriptJob job) throws Exception {
        StringBuilder elements = new StringBuilder("[0,");
        new JobCodec().encode(job, elements);
        RpcMessage run =
                new RpcMessage.Notification(Methods.RUN, Json.raw(elements.append("]").toString()));
        assertThat(new JobCodec().decode(params(run), 1, ENVIRONMENT)).isEqualTo(job);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "- anonymous play 1,2,3 W10",
                "- anonymous play 1,2,99000000,4,5,6,7,8,9,10,11,12,13,14 e30",
                "- anonymous play 1,2,99000000,4,5,6,7,8,9,10,11,12,13,14 W",
                "- anonymous play 1,2,99000000,4,5,6,7,8,9,10,11,12,13,x W10",
                "- anonymous fly 1,2,99000000,4,5,6,7,8,9,10,11,12,13,14 W10",
                "- nobody play 1,2,99000000,4,5,6,7,8,9,10,11,12,13,14 W10",
                "02 key play 1,2,99000000,4,5,6,7,8,9,10,11,12,13,14 W10",
                "- anonymous play 1,2,99000000,4,5,6,7,8,9,10,11,12,13,14 W10 more"
            })
    void aSubjectThatIsNoneIsRefused(String subject) throws Exception {
        assertThatThrownBy(() -> jobOf(subject)).isInstanceOf(UnreadableMessage.class);
        assertThat(
                        jobOf("- anonymous play 1,2,99000000,4,5,6,7,8,9,10,11,12,13,14 W10")
                                .caller()
                                .roles())
                .isEmpty();
    }

    private static ScriptJob jobOf(String subject) throws UnreadableMessage {
        Fields elements =
                new Fields(Json.array().add("id").add(subject).add("play").add("1").addNull());
        return new JobCodec().decode(elements, 0, ENVIRONMENT);
    }

    @Test
    void argumentsOfAsManyBytesAsMayBeConfiguredArrive() throws Exception {
        String args = "[" + "1,".repeat(15 << 20) + "1]";
        ScriptJob job = Plays.job("1", Json.raw(args), Plays.WIDE);
        StringBuilder elements = new StringBuilder("[0,");
        new JobCodec().encode(job, elements);
        RpcMessage run =
                new RpcMessage.Notification(Methods.RUN, Json.raw(elements.append("]").toString()));
        assertThat(new JobCodec().decode(params(run), 1, ENVIRONMENT).args()).isEqualTo(args);
    }

    @Test
    void anOutcomeArrivesAsItWas() throws Exception {
        ScriptOutcome outcome =
                new ScriptOutcome(
                        new ScriptResult(
                                "{\"a\":1}",
                                Plays.json("{\"a\":1}"),
                                List.of(new CircleApi.LogLine("info", "zeile\nzwei ü")),
                                new CircleApi.Usage(1, 2, 3)),
                        new Transaction(
                                5,
                                List.of(new Transaction.Read("k", 4)),
                                List.of(
                                        new Transaction.Range("a", null, 2),
                                        new Transaction.Range("a", "b", 0)),
                                List.of(
                                        new Transaction.Write("k", "1"),
                                        new Transaction.Write("l", null))),
                        List.of(
                                new Effect.Publish("topic", "{}"),
                                new Effect.Sign(
                                        new SignatureRequest(
                                                REQUEST,
                                                List.of(Plays.ALICE, Plays.CIRCLE),
                                                2,
                                                "AP8=",
                                                "text/plain",
                                                "zwei\nZeilen ü",
                                                SignDigest.SHA256,
                                                Duration.ofMillis(1_001))),
                                new Effect.CancelSign(REQUEST)),
                        true);
        RpcMessage answer =
                transported(new RpcMessage.Success(RpcId.of(1), OutcomeCodec.encode(outcome)));
        assertThat(Answers.step(answer)).isEqualTo(new PoolRun.Done(outcome));
    }

    @Test
    void anErrorArrivesAsItWas() throws Exception {
        var error = ScriptLimits.exceeded(ErrorCode.CPU, 5, 6, "ms").error();
        RpcMessage answer = transported(new RpcMessage.Failure(RpcId.of(1), error));
        assertThat(Answers.step(answer))
                .isInstanceOfSatisfying(
                        PoolRun.Failed.class,
                        failed ->
                                assertThat(failed.failure().error()).hasToString(error.toString()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage",
                "[]",
                "{\"jsonrpc\":\"1.0\",\"method\":\"x\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":1} 2",
            })
    void aLineThatIsNoMessageIsUnreadable(String line) {
        assertThatThrownBy(() -> link(line + "\n", OutputStream.nullOutputStream()).receive())
                .isInstanceOf(UnreadableMessage.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"output\":1,\"value\":1,\"logs\":[],\"usage\":[1,1,1],\"effects\":[],\"sent_http\":false}",
                "{\"output\":\"1\",\"value\":1,\"logs\":[1],\"usage\":[1,1,1],\"effects\":[],\"sent_http\":false}",
                "{\"output\":\"1\",\"value\":1,\"logs\":[],\"usage\":[1,1],\"effects\":[],\"sent_http\":false}",
                "{\"output\":\"1\",\"value\":1,\"logs\":[],\"usage\":[1,1,1],\"effects\":[[\"rm\"]],\"sent_http\":false}",
            })
    void aResultThatIsNoOutcomeIsUnreadable(String result) {
        assertThatThrownBy(() -> OutcomeCodec.decode(new Fields(Plays.json(result))))
                .isInstanceOf(UnreadableMessage.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[\"sign\"]",
                "[\"sign\",\"ID\",[],1,\"AA==\",\"t\",\"d\",\"sha256\",1000]",
                "[\"sign\",\"ID\",[\"KEY\"],2,\"AA==\",\"t\",\"d\",\"sha256\",1000]",
                "[\"sign\",\"id\",[\"KEY\"],1,\"AA==\",\"t\",\"d\",\"sha256\",1000]",
                "[\"sign\",\"ID\",[\"KEY\"],1,\"!\",\"t\",\"d\",\"sha256\",1000]",
                "[\"sign\",\"ID\",[\"KEY\"],1,\"Y2lyY2xlcyA=\",\"t\",\"d\",\"sha256\",1000]",
                "[\"sign\",\"ID\",[\"KEY\"],1,\"AA==\",\"\",\"d\",\"sha256\",1000]",
                "[\"sign\",\"ID\",[\"KEY\"],1,\"AA==\",\"t\",\"\",\"sha256\",1000]",
                "[\"sign\",\"ID\",[\"KEY\"],1,\"AA==\",\"t\",\"\\ud800\",\"sha256\",1000]",
                "[\"sign\",\"ID\",[\"KEY\"],1,\"AA==\",\"t\",\"d\",\"md5\",1000]",
                "[\"sign\",\"ID\",[\"KEY\"],1,\"AA==\",\"t\",\"d\",\"sha256\",999]",
                "[\"sign\",\"ID\",[\"KEY\"],1,\"AA==\",\"t\",\"d\",\"sha256\",9223372036854775807]",
                "[\"cancel_sign\",\"id\"]",
            })
    void aRequestToSignThatNoScriptCanMakeIsUnreadable(String effect) throws Exception {
        String outcome =
                "{\"output\":\"1\",\"value\":1,\"usage\":[1,1,1],\"effects\":[%s],\"sent_http\":false}";
        String right = "[\"sign\",\"ID\",[\"KEY\"],1,\"AA==\",\"t\",\"d\",\"sha256\",1000]";

        assertThat(OutcomeCodec.decode(fields(outcome.formatted(right))).effects()).hasSize(1);
        assertThatThrownBy(() -> OutcomeCodec.decode(fields(outcome.formatted(effect))))
                .isInstanceOf(UnreadableMessage.class);
    }

    private static Fields fields(String json) {
        return new Fields(
                Plays.json(json.replace("ID", REQUEST).replace("KEY", Plays.ALICE.hex())));
    }

    @Test
    void aLineMayNotBeLongerThanAgreed() throws Exception {
        byte[] bytes = "12345\n123456\n".getBytes(StandardCharsets.UTF_8);
        LineReader lines = new LineReader(new ByteArrayInputStream(bytes), 5);
        assertThat(lines.next()).isEqualTo("12345");
        byte[] unending = "x".repeat(200_000).getBytes(StandardCharsets.UTF_8);
        LineReader endless = new LineReader(new ByteArrayInputStream(unending), 100_000);
        assertThatThrownBy(endless::next).isInstanceOf(UnreadableMessage.class);
    }

    @Test
    void aLineMayBeLongerThanWhatIsReadAtOnce() throws Exception {
        String text = "x".repeat(200_000);
        byte[] bytes = (text + "\n\nlast").getBytes(StandardCharsets.UTF_8);
        LineReader lines = new LineReader(new ByteArrayInputStream(bytes), 1 << 20);
        assertThat(lines.next()).isEqualTo(text);
        assertThat(lines.next()).isEmpty();
        assertThat(lines.next()).as("a line without an end").isNull();
    }
}
