package io.circles.script.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.Utf8;
import io.circles.script.Capability;
import io.circles.script.ScriptLimits;
import io.circles.script.host.AllowList;
import io.circles.script.host.HostException;
import io.circles.script.host.HttpAnswer;
import io.circles.script.host.HttpBudget;
import io.circles.script.host.HttpFetchException;
import io.circles.script.host.HttpHeader;
import io.circles.script.host.HttpPolicy;
import io.circles.script.host.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The HTTP requests of one run. Each runs on a virtual thread, and its answer arrives in the loop
/// of the realm that asked; only `bodies`, `sending` and the loop are touched there. Bounded by the
/// run's budget, what is refused included. When the run ends, what is still on its way is
/// interrupted; the lock decides what leaves before that and what does not.
final class HttpCalls implements AutoCloseable {
    private static final int BAD_STATUS_TEXT = 200;

    private final RunWorld world;
    private final HttpBudget budget;
    private final Map<Place, byte[]> bodies = new ConcurrentHashMap<>();
    private final Set<Thread> sending = ConcurrentHashMap.newKeySet();
    private @Nullable HttpPolicy policy;
    private int asked;
    private boolean closed;

    /// Whose request it is: each realm counts its own.
    private record Place(EventLoop loop, long number) {}

    HttpCalls(RunWorld world) {
        this.world = world;
        this.budget = HttpBudget.of(world.limits());
    }

    /// Sends what the prelude asks for: number, method, URL, headers as lines, body or null.
    ///
    /// @throws HostException if the code may not, or it is no request
    void fetch(HostCalls.Use use, HostCalls.Arguments arguments) {
        use.rights().require(Capability.HTTP);
        int limit = world.limits().httpRequests();
        if (++asked > limit) {
            throw ScriptLimits.exceeded(ErrorCode.HTTP, limit, asked, "requests");
        }
        long number = arguments.number(0);
        HttpRequest request;
        try {
            String body = arguments.textOrNull(4);
            request =
                    new HttpRequest(
                            arguments.text(1),
                            arguments.text(2),
                            headers(arguments.text(3)),
                            body == null ? null : HostLibrary.bytes(body));
        } catch (HttpFetchException e) {
            throw HostException.badArgument(String.valueOf(e.getMessage()));
        }
        HttpPolicy allowed = policy();
        use.loop().expect();
        Thread thread =
                Thread.ofVirtual()
                        .name("script-http")
                        .unstarted(() -> send(number, request, allowed, use.loop()));
        sending.add(thread);
        thread.start();
    }

    private HttpPolicy policy() {
        if (policy == null) {
            policy =
                    new HttpPolicy(
                            AllowList.of(world.environment().httpAllow()),
                            world.run().deadlineNanos(),
                            this::leaves);
        }
        return policy;
    }

    /// A request is about to leave, unless the run has ended. Asking may take a while, in which the
    /// run must be able to end.
    private void leaves() {
        world.asksToSend();
        synchronized (this) {
            if (closed) {
                throw new CancellationException("the run has ended");
            }
            world.sendsHttp();
        }
    }

    private static List<HttpHeader> headers(String lines) {
        List<HttpHeader> headers = new ArrayList<>();
        for (String line : lines.split("\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.add(new HttpHeader(line.substring(0, colon), line.substring(colon + 1)));
            }
        }
        return headers;
    }

    private void send(long number, HttpRequest request, HttpPolicy allowed, EventLoop loop) {
        try {
            HttpAnswer answer = world.library().http().fetch(request, allowed, budget);
            bodies.put(new Place(loop, number), answer.body());
            loop.arrive(new EventLoop.Event(number, false, describe(answer)));
        } catch (HttpFetchException e) {
            // at the run's own end the guard says what it ends with, and the script hears no more
            if (allowed.left().isPositive()) {
                loop.arrive(new EventLoop.Event(number, true, failure(e.getMessage())));
            }
        } catch (CircleException limit) {
            world.stop(limit);
        } catch (Throwable e) {
            // whatever it is, the script waits
            loop.arrive(new EventLoop.Event(number, true, failure("the request failed")));
        } finally {
            sending.remove(Thread.currentThread());
        }
    }

    private static String describe(HttpAnswer answer) {
        ObjectNode json =
                Json.object()
                        .put("status", answer.status())
                        .put("statusText", cut(answer.statusText()))
                        .put("url", answer.url())
                        .put("redirected", answer.redirected());
        ArrayNode headers = json.putArray("headers");
        answer.headers()
                .forEach(header -> headers.addArray().add(header.name()).add(header.value()));
        return Json.write(json);
    }

    private static String cut(String text) {
        return Utf8.wellFormed(
                text.length() > BAD_STATUS_TEXT ? text.substring(0, BAD_STATUS_TEXT) : text);
    }

    private static String failure(@Nullable String message) {
        return Json.write(
                Json.object().put("name", "TypeError").put("message", String.valueOf(message)));
    }

    /// The body of an answer: as `text`, malformed UTF-8 replaced, or as `hex`.
    String body(EventLoop loop, long number, String form) {
        byte[] body = bodies.getOrDefault(new Place(loop, number), new byte[0]);
        return form.equals("text")
                ? new String(body, StandardCharsets.UTF_8)
                : HexFormat.of().formatHex(body);
    }

    /// From now on nothing leaves any more.
    @Override
    public synchronized void close() {
        closed = true;
        sending.forEach(Thread::interrupt);
    }
}
