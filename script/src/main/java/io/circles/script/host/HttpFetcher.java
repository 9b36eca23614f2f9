package io.circles.script.host;

import java.net.InetAddress;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.TrustManager;

/// Sends the HTTP requests of scripts: one for a process.
///
/// Only http and https, to hosts that the circle lists and addresses that everybody can reach; at
/// most five redirects, each under the same rules. No cookies are kept, nothing is cached or sent
/// twice, no proxy of the environment is used, and every request has a connection of its own:
/// keeping them would let one circle meet another's, and a run's few requests gain little.
///
/// Safe for use by several threads. Each request runs on a virtual thread of its own, which is
/// interrupted when the deadline comes, the caller is interrupted or this is closed; interrupting a
/// virtual thread closes the socket it waits for, whatever that is doing.
public final class HttpFetcher implements AutoCloseable {
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("circles-http-", 0).factory());
    private final NameLookup names;
    private final Exchange exchange;

    /// With the system's names and the platform's certificate authorities.
    public HttpFetcher() {
        this(InetAddress::getAllByName, Trust.ofPlatform());
    }

    HttpFetcher(NameService names, TrustManager... trust) {
        this.names = new NameLookup(names);
        this.exchange = new Exchange(trust);
    }

    /// Sends a request and waits for the whole answer; at the deadline it fails, even if the answer
    /// is half there. Any status is an answer.
    ///
    /// @throws HttpFetchException when it must not be sent or no answer came; also when the calling
    ///     thread is interrupted, which it then still is
    /// @throws io.circles.protocol.CircleException [io.circles.protocol.ErrorCode#HTTP] when the
    ///     budget is used up
    public HttpAnswer fetch(HttpRequest request, HttpPolicy policy, HttpBudget budget) {
        Hop first = Hop.first(request);
        if (!policy.left().isPositive()) {
            throw tooLate(first);
        }
        Future<HttpAnswer> answer = submit(first, new Redirects(names, exchange, policy, budget));
        try {
            return answer.get(policy.left().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw tooLate(first);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HttpFetchException("the request was interrupted");
        } catch (ExecutionException e) {
            throw failure(e);
        } finally {
            answer.cancel(true);
        }
    }

    private static HttpFetchException tooLate(Hop first) {
        return new HttpFetchException(first.target().name() + " did not answer in time");
    }

    private Future<HttpAnswer> submit(Hop first, Redirects redirects) {
        try {
            return threads.submit(() -> redirects.follow(first));
        } catch (RejectedExecutionException e) {
            throw new HttpFetchException("requests are no longer sent");
        }
    }

    private static RuntimeException failure(ExecutionException failed) {
        return switch (failed.getCause()) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            case null, default -> new IllegalStateException(failed);
        };
    }

    /// Ends all requests, which then fail, and takes no more.
    @Override
    public void close() {
        threads.shutdownNow();
        names.close();
    }
}
