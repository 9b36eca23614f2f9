package io.circles.launcher;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Waits until the process is told to stop, by SIGINT (Ctrl-C), SIGTERM or SIGHUP. A second signal
/// ends it at once, with 128 and the signal's number as usual.
///
/// A shutdown hook would not do: while hooks run, the machine ignores a second signal, and it exits
/// with 130 or 143 however well all was stopped. `sun.misc.Signal` does, and is reached by
/// reflection since it has no public twin. Where it is missing, or the signal belongs to somebody
/// else, the signal ends the process as usual.
///
/// Thread-safe: the lock guards which thread is interrupted when a signal comes.
final class StopSignal {
    private static final Logger LOG = LoggerFactory.getLogger(StopSignal.class);
    private static final List<String> NAMES = List.of("INT", "TERM", "HUP");
    private static final int BASE_OF_STATUS = 128;

    private final CountDownLatch told = new CountDownLatch(1);
    private final Object lock = new Object();
    private @Nullable Thread starting;

    /// What may take long and ends early when its thread is interrupted.
    ///
    /// @param <T> what comes of it
    interface Start<T> {
        T start() throws InterruptedException;
    }

    /// One that no signal reaches yet.
    StopSignal() {}

    /// Takes the signals over from the machine.
    static StopSignal install() {
        StopSignal stop = new StopSignal();
        NAMES.forEach(stop::take);
        return stop;
    }

    private void take(String name) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Method number = signal.getMethod("getNumber");
            InvocationHandler onSignal =
                    (_, _, arguments) -> {
                        received(name, (int) number.invoke(arguments[0]));
                        return null;
                    };
            signal.getMethod("handle", signal, handler)
                    .invoke(
                            null,
                            signal.getConstructor(String.class).newInstance(name),
                            Proxy.newProxyInstance(
                                    StopSignal.class.getClassLoader(),
                                    new Class<?>[] {handler},
                                    onSignal));
        } catch (ReflectiveOperationException e) {
            LOG.atDebug().addKeyValue("signal", name).setCause(e).log("not taken over");
        }
    }

    private void received(String name, int number) {
        if (told.getCount() == 0) {
            Runtime.getRuntime().halt(BASE_OF_STATUS + number);
        }
        LOG.atInfo().addKeyValue("signal", name).log("stopping; once more stops at once");
        stop();
    }

    /// What a signal does.
    void stop() {
        told.countDown();
        synchronized (lock) {
            if (starting != null) {
                starting.interrupt();
            }
        }
    }

    /// Starts something; a signal meanwhile interrupts that, and nothing that comes later. What
    /// fails after a signal has failed because of it.
    ///
    /// @throws InterruptedException if a signal has come, and it has ended because of that
    <T> T unlessTold(Start<T> start) throws InterruptedException {
        synchronized (lock) {
            starting = Thread.currentThread();
            if (told.getCount() == 0) {
                starting.interrupt();
            }
        }
        try {
            return start.start();
        } catch (RuntimeException e) {
            if (told.getCount() > 0) {
                throw e;
            }
            LOG.atDebug().setCause(e).log("the start has failed after the signal");
            throw new InterruptedException("told to stop");
        } finally {
            synchronized (lock) {
                starting = null;
                var _ = Thread.interrupted();
            }
        }
    }

    /// Returns when a signal has come, or the thread is interrupted.
    void await() {
        try {
            told.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
