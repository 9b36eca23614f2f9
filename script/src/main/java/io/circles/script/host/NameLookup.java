package io.circles.script.host;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Finds the addresses of a host and refuses the host if one of them is out of its [Reach].
///
/// The system's resolver can neither be interrupted nor given a deadline, and holds the thread that
/// carries a virtual one. So a few platform threads call it, and who asked waits no longer than he
/// wants; what is asked past the queue's end fails. Safe for use by several threads.
final class NameLookup implements AutoCloseable {
    private static final int THREADS = 8;
    private static final int WAITING = 128;
    private static final Duration IDLE = Duration.ofSeconds(10);

    private final NameService service;
    private final ThreadPoolExecutor threads;

    NameLookup(NameService service) {
        this.service = service;
        this.threads =
                new ThreadPoolExecutor(
                        THREADS,
                        THREADS,
                        IDLE.toNanos(),
                        TimeUnit.NANOSECONDS,
                        new ArrayBlockingQueue<>(WAITING),
                        Thread.ofPlatform().daemon().name("circles-names-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /// The addresses to connect to, asked for once: who connects to these and no others has
    /// connected to what was checked.
    ///
    /// @throws HttpFetchException when there are none, in time or at all, or one is out of reach
    List<InetAddress> addresses(Target target, Reach reach, Duration left) {
        List<InetAddress> addresses =
                target.literal() == null ? lookUp(target.host(), left) : List.of(target.literal());
        if (addresses.isEmpty()) {
            throw notFound(target.host());
        }
        if (!addresses.stream().allMatch(reach::includes)) {
            throw new HttpFetchException(target.host() + " has an address that is not public");
        }
        return addresses;
    }

    private List<InetAddress> lookUp(String host, Duration left) {
        Future<InetAddress[]> answer = submit(host);
        try {
            return List.of(answer.get(left.toNanos(), TimeUnit.NANOSECONDS));
        } catch (ExecutionException e) {
            throw notFound(host);
        } catch (TimeoutException e) {
            throw new HttpFetchException(host + " was not found in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HttpFetchException("the request was interrupted");
        } finally {
            answer.cancel(true);
        }
    }

    private Future<InetAddress[]> submit(String host) {
        try {
            return threads.submit(() -> service.lookUp(host));
        } catch (RejectedExecutionException e) {
            throw new HttpFetchException("too many names are being looked up");
        }
    }

    private static HttpFetchException notFound(String host) {
        return new HttpFetchException("cannot find " + host);
    }

    /// Ends the threads; who waits for an answer gets none.
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
