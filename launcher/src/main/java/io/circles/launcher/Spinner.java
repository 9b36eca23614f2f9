package io.circles.launcher;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import org.jline.terminal.TerminalBuilder;
import org.jline.terminal.spi.SystemStream;
import org.jline.terminal.spi.TerminalProvider;

/// Shows on standard error that an answer is waited for: after a second, until this is closed, and
/// only if that is a terminal which can go back in its line.
///
/// Concurrency: a virtual thread of its own prints, and has taken its line away when [#close]
/// returns.
final class Spinner implements AutoCloseable {
    private static final Duration SLOW = Duration.ofSeconds(1);
    private static final Duration STEP = Duration.ofMillis(125);
    private static final String SIGNS = "|/-\\";
    private static final String WORDS = " waiting for the circle";

    private final PrintWriter err;
    private final Thread thread;

    private Spinner(Shell shell) {
        this.err = shell.err();
        this.thread =
                Thread.ofVirtual()
                        .name("spinner")
                        .unstarted(() -> show(!Paint.isDumb(shell.environment())));
    }

    /// Begins to wait.
    static Spinner start(Shell shell) {
        Spinner spinner = new Spinner(shell);
        spinner.thread.start();
        return spinner;
    }

    private void show(boolean able) {
        try {
            Thread.sleep(SLOW);
            if (able && isTerminal()) {
                turn();
            }
        } catch (InterruptedException e) {
            return; // it was quick enough
        }
    }

    /// Only now it is worth to find out.
    private static boolean isTerminal() {
        try {
            return TerminalProvider.load(TerminalBuilder.PROP_PROVIDER_FFM)
                    .isSystemStream(SystemStream.Error);
        } catch (IOException e) {
            return false;
        }
    }

    private void turn() {
        try {
            for (int i = 0; true; i++) {
                print(SIGNS.charAt(i % SIGNS.length()) + WORDS);
                Thread.sleep(STEP);
            }
        } catch (InterruptedException e) {
            print(" ".repeat(1 + WORDS.length()));
        }
    }

    private void print(String text) {
        err.print("\r" + text + "\r");
        err.flush();
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
