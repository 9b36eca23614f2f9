package io.circles.script.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.SignDigest;
import io.circles.script.Caller;
import io.circles.script.Capability;
import io.circles.script.Effect;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptOutcome;
import io.circles.script.ScriptTask;
import io.circles.script.SignatureRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `sign`: what scripts ask of the holders of keys.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
public interface SignContract extends Plays {
    String A = CIRCLE.hex();
    String B = ALICE.hex();

    private ScriptOutcome run(ScriptJob job) {
        try {
            return executor().execute(job);
        } catch (InterruptedException e) {
            throw new IllegalStateException("the test ran out of time", e);
        }
    }

    private ScriptOutcome run(String module, ScriptTask task, Set<Capability> rights) {
        return run(HostApiContract.job(module, task, rights));
    }

    private ScriptOutcome run(String script) {
        return run("", new ScriptTask.Play(named(script)), HostApiContract.ALL);
    }

    /// A script in which `A` and `B` are keys, and `ok` what can be asked.
    private static String named(String script) {
        return "const A = '%s', B = '%s', ok = {key: A, message: 'm', display: 'd'}; %s"
                .formatted(A, B, script);
    }

    private static List<SignatureRequest> requests(ScriptOutcome outcome) {
        return outcome.effects().stream().map(effect -> ((Effect.Sign) effect).request()).toList();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    default void aRequestIsAnEffectAndItsIdTheResult() {
        ScriptOutcome outcome =
                run("sign.request({key: A, message: 'héllo', display: 'Sign héllo'})");

        assertThat(requests(outcome))
                .containsExactly(
                        new SignatureRequest(
                                outcome.result().output(),
                                List.of(CIRCLE),
                                1,
                                base64("héllo"),
                                "text/plain",
                                "Sign héllo",
                                SignDigest.TAGGED,
                                Duration.ofDays(1)));
    }

    @Test
    default void aRequestToManySaysHowManyHaveToSign() {
        ScriptOutcome outcome =
                run(
                        """
                        sign.collect({
                          keys: [B, A], threshold: 2, message: new Uint8Array([0, 255]), display: 'Pay \uD83D\uDE00',
                          ttl: 5000, contentType: 'application/x.pay; v=1', digest: 'sha256',
                        })
                        """);

        assertThat(requests(outcome))
                .containsExactly(
                        new SignatureRequest(
                                outcome.result().output(),
                                List.of(ALICE, CIRCLE),
                                2,
                                "AP8=",
                                "application/x.pay; v=1",
                                "Pay \uD83D\uDE00",
                                SignDigest.SHA256,
                                Duration.ofSeconds(5)));
    }

    @Test
    default void bytesHaveAContentTypeOfTheirOwn() {
        assertThat(requests(run("sign.request({...ok, message: utf8.encode('x').buffer})")))
                .extracting(SignatureRequest::contentType)
                .containsExactly("application/octet-stream");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A.toUpperCase()",
                "'0x' + A",
                "base64.encode(hex.decode(A))",
                "hex.decode(A)",
                "'0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
                        + "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8'",
            })
    default void aKeyIsTakenInEveryForm(String key) {
        assertThat(requests(run("sign.request({...ok, key: %s})".formatted(key))))
                .extracting(SignatureRequest::keys)
                .containsExactly(List.of(CIRCLE));
    }

    @Test
    default void everyRequestHasAnIdOfItsOwn() {
        assertThat(requests(run("sign.request(ok); sign.request(ok); sign.request(ok)")))
                .extracting(SignatureRequest::id)
                .doesNotHaveDuplicates()
                .hasSize(3);
    }

    @Test
    default void halfOfASurrogatePairIsReplaced() {
        assertThat(requests(run("sign.request({...ok, display: 'a\\uD800', message: '\\uDC00'})")))
                .extracting(SignatureRequest::display)
                .containsExactly("a\uFFFD");
    }

    @Test
    default void theLongestIsTaken() {
        ScriptOutcome outcome =
                run(
                        """
                        sign.request({key: A, message: new Uint8Array(65536), display: '\uD83D\uDE00'.repeat(1000),
                          contentType: 'x'.repeat(100), ttl: 7 * 24 * 3600 * 1000})
                        """);
        assertThat(requests(outcome))
                .extracting(SignatureRequest::ttl)
                .containsExactly(Duration.ofDays(7));
    }

    @Test
    default void aRequestOfTheCircleCanBeWithdrawn() {
        ScriptOutcome outcome = run("const id = sign.request(ok); sign.cancel(id); id");
        assertThat(outcome.effects())
                .hasSize(2)
                .endsWith(new Effect.CancelSign(outcome.result().output()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " --> ",
            textBlock =
                    """
                    sign.request() --> key is a string or bytes, not undefined
                    sign.request({...ok, key: 5}) --> key is a string or bytes, not a number
                    sign.request({...ok, key: ''}) --> a public key is a text of 1 to 132 characters, not 0
                    sign.request({...ok, key: A.slice(2)}) --> 33 bytes
                    sign.request({...ok, key: '05' + A.slice(2)}) --> begins with 02 or 03
                    sign.request({...ok, key: '02' + 'f'.repeat(64)}) --> not on it
                    sign.request({...ok, key: A + '\\n' + B}) --> key is a public key
                    sign.request({...ok, key: A + '\\r' + B}) --> public key
                    sign.request({...ok, key: 'x'.repeat(1e6)}) --> key is a public key
                    sign.request({...ok, message: undefined}) --> message is a string or bytes
                    sign.request({...ok, message: ''}) --> the message has 1 to 65536 bytes, not 0
                    sign.request({...ok, message: 'é'.repeat(32769)}) --> the message has 1 to 65536 bytes, not 65538
                    sign.request({...ok, message: 'circles authentication v1'}) --> must not begin with "circles "
                    sign.request({...ok, message: utf8.encode('circles x')}) --> must not begin with "circles "
                    sign.request({...ok, display: undefined}) --> display is a string, not undefined
                    sign.request({...ok, display: ''}) --> display has 1 to 1000 characters, not 0
                    sign.request({...ok, display: 'x'.repeat(1001)}) --> display has 1 to 1000 characters, not 1001
                    sign.request({...ok, contentType: ''}) --> contentType has 1 to 100 printable
                    sign.request({...ok, contentType: 'a\\nsha256\\n5000'}) --> contentType has 1 to 100 printable
                    sign.request({...ok, contentType: 'é'}) --> contentType has 1 to 100 printable
                    sign.request({...ok, contentType: 'x'.repeat(101)}) --> contentType has 1 to 100 printable
                    sign.request({...ok, digest: 'md5'}) --> digest is "tagged" or "sha256"
                    sign.request({...ok, ttl: '5000'}) --> ttl is a whole number
                    sign.request({...ok, ttl: NaN}) --> ttl is a whole number
                    sign.request({...ok, ttl: 999}) --> ttl is from 1000 to 604800000 milliseconds, not 999
                    sign.request({...ok, ttl: -Infinity}) --> ttl is from 1000 to 604800000 milliseconds
                    sign.request({...ok, ttl: 1e300}) --> ttl is from 1000 to 604800000 milliseconds
                    sign.collect({...ok, keys: A, threshold: 1}) --> keys is an array, not a string
                    sign.collect({...ok, keys: [], threshold: 0}) --> keys are 1 to 100, not 0
                    sign.collect({...ok, keys: Array(101).fill(A), threshold: 1}) --> keys are 1 to 100, not 101
                    sign.collect({...ok, keys: [A, B]}) --> threshold is a whole number
                    sign.collect({...ok, keys: [A, B], threshold: 0}) --> threshold is from 1 to the number of keys, 2, not 0
                    sign.collect({...ok, keys: [A, B], threshold: 3}) --> threshold is from 1 to the number of keys, 2, not 3
                    sign.collect({...ok, keys: [A, B], threshold: 1.5}) --> threshold is a whole number
                    sign.collect({...ok, keys: [A, hex.decode(A)], threshold: 1}) --> keys has a key twice
                    sign.collect({...ok, keys: [A, null], threshold: 1}) --> a key is a string or bytes, not null
                    sign.cancel() --> an id is a string, not undefined
                    sign.cancel('all') --> an id is what sign.request returned: a UUID
                    """)
    default void whatCannotBeAskedCanBeCaught(String script, String message) {
        ScriptOutcome outcome =
                run("try { %s } catch (e) { [e.name, e.message].join() }".formatted(script));
        assertThat(outcome.result().output()).startsWith("TypeError,").contains(message);
        assertThat(outcome.effects()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sign.request(ok)",
                "sign.collect({...ok, keys: [A, B], threshold: 1})",
                "sign.cancel('00000000-0000-4000-8000-000000000000')",
            })
    default void whoMayNotAskIsToldSo(String use) {
        Set<Capability> others = EnumSet.complementOf(EnumSet.of(Capability.SIGN));
        String script =
                named("try { %s } catch (e) { [e.name, e.needs, e.message] }".formatted(use));
        ScriptOutcome outcome = run("", new ScriptTask.Play(script), others);

        assertThat(outcome.result().output())
                .isEqualTo(
                        "[\"AuthorizationError\",\"sign\",\"Insufficient authorization: needs the capability sign\"]");
        assertThat(outcome.effects()).isEmpty();
        assertThat(run("", new ScriptTask.Play(named(use)), Set.of(Capability.SIGN)).effects())
                .hasSize(1);
    }

    @Test
    default void nobodyAsksInTheCirclesNameButItsOwnFunctions() {
        String script = named("try { sign.request(ok) } catch (e) { e.name + ': ' + e.message }");
        ScriptOutcome play = run(anonymous("", new ScriptTask.Play(script)));
        String module = "export function ask() { %s }".formatted(named("sign.request(ok)"));
        ScriptOutcome call = run(anonymous(module, new ScriptTask.Call("ask")));

        assertThat(play.result().output())
                .isEqualTo(
                        "AuthorizationError: Insufficient authorization: who asks for a signature has to"
                                + " have proven a key");
        assertThat(play.effects()).isEmpty();
        assertThat(requests(call)).hasSize(1);
    }

    private static ScriptJob anonymous(String module, ScriptTask task) {
        ScriptJob job = HostApiContract.job(module, task, HostApiContract.ALL);
        return new ScriptJob(
                job.id(),
                job.environment(),
                Caller.anonymous(),
                job.capabilities(),
                task,
                null,
                job.limits());
    }

    @Test
    default void aFunctionAsksWithTheRightsOfTheCircle() {
        String module = "export const ask = (r) => sign.request(r);";
        String play = named("circle.call('ask', ok)");
        ScriptOutcome outcome = run(module, new ScriptTask.Play(play), Set.of(Capability.CALL));
        assertThat(requests(outcome))
                .extracting(SignatureRequest::id)
                .containsExactly(outcome.result().output());
    }

    @Test
    default void aFunctionThatThrowsTakesItsRequestsBack() {
        String module =
                """
                export function half(r) { sign.request(r); sign.cancel(sign.request(r)); throw new Error('no') }
                """;
        String play =
                named(
                        "const mine = sign.request(ok); try { circle.call('half', ok) } catch {} mine");
        ScriptOutcome outcome = run(module, new ScriptTask.Play(play), HostApiContract.ALL);
        assertThat(requests(outcome))
                .extracting(SignatureRequest::id)
                .containsExactly(outcome.result().output());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "for (;;) sign.request(ok)",
                "for (;;) try { sign.cancel('00000000-0000-4000-8000-000000000000') } catch {}",
                "for (;;) try { sign.request({...ok, message: new Uint8Array(65536)}) } catch {}",
                // what is shown counts for each key, as it is audited for each
                "const message = new Uint8Array(3000), display = '\uD83D\uDE00'.repeat(1000);"
                        + " for (let i = 0; i < 90; i++)"
                        + " sign.collect({keys: [A, B], threshold: 1, message, display})",
            })
    default void requestsCountAsEffects(String script) {
        CircleException failure = catchThrowableOfType(CircleException.class, () -> run(script));
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(ErrorCode.EFFECTS);
    }

    @Test
    default void aHandlerIsToldWhatHappenedAndMayAskAgain() {
        String module =
                """
                export function onSigned({id}) {
                  return [id, caller.kind, caller.via, caller.publicKey === circle.publicKey,
                    sign.request({key: caller.publicKey, message: id, display: 'd'}).length];
                }
                """;
        ScriptJob job =
                new ScriptJob(
                        "test",
                        FunctionContract.circle(module),
                        Caller.circle(CIRCLE),
                        Set.of(),
                        new ScriptTask.Handle("onSigned", ScriptTask.Via.SIGNED),
                        "{\"id\":\"r\"}",
                        WIDE);
        ScriptOutcome outcome = run(job);
        assertThat(outcome.result().output()).isEqualTo("[\"r\",\"circle\",\"signed\",true,36]");
        assertThat(outcome.effects()).hasSize(1);
    }
}
