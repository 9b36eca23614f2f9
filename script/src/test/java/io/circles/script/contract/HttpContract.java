package io.circles.script.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.script.Caller;
import io.circles.script.Capability;
import io.circles.script.CircleModule;
import io.circles.script.ScriptEnvironment;
import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptLimits;
import io.circles.script.ScriptOutcome;
import io.circles.script.ScriptTask;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `http.fetch` of scripts, against a server on loopback that the circle allows.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
public abstract class HttpContract implements Plays {
    private static final Set<Capability> RIGHTS = EnumSet.of(Capability.PLAY, Capability.HTTP);

    private final CountDownLatch never = new CountDownLatch(1);
    private HttpServer server;
    private ScriptExecutor executor;

    /// A new executor; the contract closes it.
    protected abstract ScriptExecutor open();

    @Override
    public ScriptExecutor executor() {
        return executor;
    }

    @BeforeAll
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> answer(exchange, 200, "hello é"));
        server.createContext(
                "/echo",
                exchange -> {
                    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
                    String header = exchange.getRequestHeaders().getFirst("X-Test");
                    answer(exchange, 201, exchange.getRequestMethod() + " " + header + " " + body);
                });
        server.createContext("/json", exchange -> answer(exchange, 200, "{\"a\": [1]}"));
        server.createContext("/missing", exchange -> answer(exchange, 404, "no"));
        server.createContext(
                "/away",
                exchange -> {
                    exchange.getResponseHeaders().set("Location", "http://10.0.0.1/");
                    answer(exchange, 302, "");
                });
        server.createContext("/big", exchange -> answer(exchange, 200, "x".repeat(3_000_000)));
        server.createContext("/never", _ -> awaitTheEnd());
        server.start();
        executor = open();
    }

    @AfterAll
    void stop() {
        never.countDown();
        executor.close();
        server.stop(0);
    }

    private void awaitTheEnd() {
        try {
            never.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.getResponseHeaders().set("X-Answer", "yes");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    private ScriptJob job(String script, Set<Capability> rights, ScriptLimits limits) {
        return job(script, Optional.empty(), rights, limits);
    }

    private ScriptJob job(
            String script,
            Optional<CircleModule> module,
            Set<Capability> rights,
            ScriptLimits limits) {
        String host = "127.0.0.1:" + server.getAddress().getPort();
        ScriptEnvironment circle =
                new ScriptEnvironment(
                        CIRCLE, "web", module, Set.of(), Optional.empty(), List.of(host), Map.of());
        ScriptTask play = new ScriptTask.Play("const U = 'http://" + host + "';" + script);
        return new ScriptJob("test", circle, Caller.of(ALICE), rights, play, null, limits);
    }

    private ScriptOutcome run(String script) throws InterruptedException {
        return executor.execute(job(script, RIGHTS, WIDE));
    }

    private CircleException failureOf(String script, ScriptLimits limits) {
        CircleException failure =
                catchThrowableOfType(
                        CircleException.class, () -> executor.execute(job(script, RIGHTS, limits)));
        assertThat(failure).isNotNull();
        return failure;
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " --> ",
            textBlock =
                    """
                    http.fetch(U + '/').then(r => r.text()) --> hello é
                    (async () => { const r = await http.fetch(U + '/json'); return [r.ok, r.status, (await r.json()).a, r.headers.get('x-ANSWER'), r.redirected] })() --> [true,200,[1],"yes",false]
                    (async () => { const r = await http.fetch(U + '/echo', {method: 'POST', headers: {'X-Test': 't'}, body: 'é'}); return [r.status, await r.text()] })() --> [201,"POST t é"]
                    (async () => (await (await http.fetch(U + '/echo', {method: 'PUT', body: new Uint8Array([104, 105])})).text()))() --> PUT null hi
                    (async () => { const r = await http.fetch(U + '/missing'); return [r.ok, r.status, await r.text()] })() --> [false,404,"no"]
                    (async () => [...(await (await http.fetch(U + '/missing')).bytes())])() --> [110,111]
                    Promise.all(['/', '/json', '/missing'].map(p => http.fetch(U + p))).then(all => all.map(r => r.status)) --> [200,200,404]
                    """)
    void aScriptGetsTheAnswer(String script, String output) throws InterruptedException {
        ScriptOutcome outcome = run(script);
        assertThat(outcome.result().output()).isEqualTo(output);
        assertThat(outcome.sentHttp()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " --> ",
            textBlock =
                    """
                    http.fetch('http://example.com/') --> TypeError
                    http.fetch('http://10.0.0.1/') --> TypeError
                    http.fetch('ftp://127.0.0.1/') --> TypeError
                    http.fetch(U + '/', {headers: {Host: 'x'}}) --> TypeError
                    http.fetch(U + '/', {headers: {'X-Test': 'a\\nb: c'}}) --> TypeError
                    http.fetch(U + '/', {method: 'CONNECT'}) --> TypeError
                    http.fetch(U + '/', {body: 'x'}) --> TypeError
                    """)
    void whatIsNotAllowedIsRefusedAndNothingIsSent(String script, String name)
            throws InterruptedException {
        ScriptOutcome outcome =
                run(
                        "(async () => { try { await %s; return 'sent' } catch (e) { return e.name } })()"
                                .formatted(script));
        assertThat(outcome.result().output()).isEqualTo(name);
        assertThat(outcome.sentHttp()).isFalse();
    }

    @Test
    void aRedirectGoesNoFurtherThanARequest() throws InterruptedException {
        assertThat(run("http.fetch(U + '/away').catch(e => e.message)").result().output())
                .contains("not in the circle's allow-list");
    }

    @Test
    void withoutTheCapabilityNothingIsSent() throws InterruptedException {
        ScriptJob job =
                job("http.fetch(U + '/').catch(e => e.needs)", Set.of(Capability.PLAY), WIDE);
        ScriptOutcome outcome = executor.execute(job);
        assertThat(outcome.result().output()).isEqualTo("http");
        assertThat(outcome.sentHttp()).isFalse();
    }

    @Test
    void aPlayAndAFunctionEachReadTheirOwnAnswers() throws InterruptedException {
        CircleModule module =
                CircleModule.of(
                        "main.js",
                        Map.of(
                                "main.js",
                                """
                                let kept;
                                export async function get(url) {
                                  kept = await http.fetch(url);
                                  return kept.text();
                                }
                                export async function again() {
                                  return kept.text();
                                }
                                """));
        String script =
                """
                (async () => {
                  const mine = await http.fetch(U + '/missing');
                  const theirs = circle.call('get', U + '/json');
                  return [await mine.text(), theirs];
                })()
                """;
        Set<Capability> rights = EnumSet.of(Capability.PLAY, Capability.CALL, Capability.HTTP);
        ScriptJob job = job(script, Optional.of(module), rights, WIDE);
        assertThat(executor.execute(job).result().output())
                .isEqualTo("[\"no\",\"{\\\"a\\\": [1]}\"]");
        ScriptJob later =
                new ScriptJob(
                        "test",
                        job.environment(),
                        job.caller(),
                        rights,
                        new ScriptTask.Call("again"),
                        null,
                        WIDE);
        assertThat(executor.execute(later).result().output()).isEmpty();
    }

    @Test
    void requestsThatAreRefusedCountToo() {
        CircleException failure =
                failureOf(
                        "(async () => { for (;;) await http.fetch('http://example.invalid').catch(() => 1) })()",
                        WIDE);
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(ErrorCode.HTTP);
    }

    @Test
    void requestsAndBytesAreLimited() {
        ScriptLimits few = WIDE.toBuilder().httpRequests(2).build();
        CircleException requests =
                failureOf(
                        "(async () => { for (;;) try { await http.fetch(U + '/') } catch {} })()",
                        few);
        assertThat(requests.code()).as(requests.getMessage()).isEqualTo(ErrorCode.HTTP);
        assertThat(Plays.data(requests).path("limit").asLong()).isEqualTo(2);
        ScriptLimits small = WIDE.toBuilder().httpBytes(1 << 20).build();
        CircleException bytes = failureOf("http.fetch(U + '/big').catch(() => 1)", small);
        assertThat(bytes.code()).as(bytes.getMessage()).isEqualTo(ErrorCode.HTTP);
    }

    @Test
    void whoeverDoesNotAnswerCostsTheScriptItsTimeOnly() {
        assertThat(
                        failureOf("http.fetch(U + '/never').then(r => r.text())", Plays.wall(300))
                                .code())
                .isEqualTo(ErrorCode.SCRIPT_TIMEOUT);
        assertThat(output("'next'")).isEqualTo("next");
    }

    @Test
    void atTheEndOfItsTimeAScriptHearsNoMoreOfItsRequests() {
        for (int i = 0; i < 20; i++) {
            assertThat(failureOf("http.fetch(U + '/never').catch(() => 1)", Plays.wall(50)).code())
                    .isEqualTo(ErrorCode.SCRIPT_TIMEOUT);
        }
    }

    @Test
    void anAnswerThatNobodyAwaitsIsDropped() throws InterruptedException {
        assertThat(run("http.fetch(U + '/never'); 'at once'").result().output())
                .isEqualTo("at once");
    }
}
