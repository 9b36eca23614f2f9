package io.circles.server.rpc;

import static org.awaitility.Awaitility.await;

import io.circles.protocol.Params;
import io.circles.protocol.RpcId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// Methods whose work ends when the test says so: `work` and `other` run beside each other, `echo`
/// and `fail` in order, and `cancel` cancels by id.
final class Works {
    record Work(String name) {}

    record Id(String id) {}

    /// The names of the works that have begun, in that order.
    final List<String> started = new CopyOnWriteArrayList<>();

    /// The names of those that were interrupted.
    final List<String> interrupted = new CopyOnWriteArrayList<>();

    private final Map<String, CountDownLatch> ends = new ConcurrentHashMap<>();
    private final AtomicInteger now = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    /// @param atOnce how many of `work` run at once; any number of `other` do
    MethodRegistry methods(int atOnce) {
        return new MethodRegistry(
                List.of(
                        method(
                                "work",
                                Work.class,
                                new Ordering.Concurrent("work", atOnce),
                                this::work),
                        method(
                                "other",
                                Work.class,
                                new Ordering.Concurrent("other", 100),
                                this::work),
                        method("echo", Work.class, new Ordering.InOrder(), (_, p) -> p.name),
                        method("fail", Work.class, new Ordering.InOrder(), Works::fail),
                        method(
                                "fail later",
                                Work.class,
                                new Ordering.Concurrent("fail later", 1),
                                Works::fail),
                        method(
                                "cancel",
                                Id.class,
                                new Ordering.InOrder(),
                                (call, p) -> call.requests().cancel(RpcId.of(p.id)))));
    }

    private static <P extends Record> RpcMethod<P> method(
            String name, Class<P> params, Ordering ordering, RpcMethod.Handler<P> handler) {
        return new RpcMethod<>(name, Params.of(params), Optional.empty(), ordering, handler);
    }

    private Object work(Call call, Work params) throws InterruptedException {
        most.accumulateAndGet(now.incrementAndGet(), Math::max);
        started.add(params.name);
        try {
            end(params.name).await();
            return params.name;
        } catch (InterruptedException e) {
            interrupted.add(params.name);
            throw e;
        } finally {
            now.decrementAndGet();
        }
    }

    private static Object fail(Call call, Work params) {
        if (params.name.equals("error")) {
            throw new LinkageError("the secret of a library");
        }
        throw new IllegalStateException("the secret of a program");
    }

    private CountDownLatch end(String name) {
        return ends.computeIfAbsent(name, _ -> new CountDownLatch(1));
    }

    /// Lets works end, now or when they begin.
    void end(String... names) {
        for (String name : names) {
            end(name).countDown();
        }
    }

    /// Waits until so many have begun.
    void awaitStarted(int count) {
        await().until(() -> started.size() >= count);
    }

    /// How many ran at once at most.
    int mostAtOnce() {
        return most.get();
    }

    /// A request for a method of this class whose id is the work's name.
    static String request(String method, String name) {
        return """
        {"jsonrpc":"2.0","id":"%s","method":"%s","params":["%s"]}"""
                .formatted(name, method, name);
    }

    /// The answer of a work that ended.
    static String answer(String name) {
        return """
        {"jsonrpc":"2.0","result":"%s","id":"%s"}"""
                .formatted(name, name);
    }

    /// The answer of a work that was cancelled.
    static String cancelled(String name) {
        return """
        {"jsonrpc":"2.0","error":{"code":-32062,"message":"Cancelled","data":{"kind":"cancelled",\
        "retryable":false}},"id":"%s"}"""
                .formatted(name);
    }
}
