package io.circles.launcher;

import io.circles.client.CircleClient;
import io.circles.protocol.crypto.KeyPair;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `circles sign-agent`: shows what a key is asked to sign, and signs what its holder approves.
///
/// Concurrency: the main thread waits for the first of three ends: a signal, the connection's, or
/// that of the input, which a daemon thread reads since nothing can interrupt that.
@Command(
        name = "sign-agent",
        description =
                "Listens in a circle for what a key is asked to sign. Shows each request and asks"
                        + " whether to sign it; anything but y, and the end of the input, means no. Runs"
                        + " until the input ends, or until Ctrl-C.")
final class SignAgent implements Runnable {
    private final Shell shell;
    @Mixin private ClientOptions client = new ClientOptions();

    @Option(
            names = "--json",
            description =
                    "For programs: print requests and what became of them as JSON, one a line, and read"
                            + " lines such as approve ID, or reject ID REASON.")
    private boolean json;

    SignAgent(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        StopSignal stop = StopSignal.install();
        KeyPair key = client.keyPair(shell);
        SignConversation conversation =
                json
                        ? new SignLines(shell.out())
                        : new SignDialogue(shell.out(), shell.err(), shell.terminal());
        Optional<RuntimeException> failure =
                client.ask(
                        key,
                        builder -> builder.onSignRequest(conversation),
                        circle -> attend(circle, key, conversation, stop));
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    /// Blocks until one of the three ends.
    ///
    /// @return what failed, if that is why
    private Optional<RuntimeException> attend(
            CircleClient circle, KeyPair key, SignConversation conversation, StopSignal stop)
            throws InterruptedException {
        BlockingQueue<Optional<RuntimeException>> ends = new LinkedBlockingQueue<>();
        forgetWhatWasTyped();
        conversation.begin(key.publicKey(), circle.circle().orElseThrow());
        Thread.ofPlatform().daemon().name("input").start(() -> ends.add(read(conversation)));
        Thread.ofVirtual().name("signal").start(() -> ends.add(told(stop)));
        Thread.ofVirtual().name("connection").start(() -> ends.add(lost(circle)));
        return ends.take();
    }

    /// What was typed before anything was asked must answer nothing.
    private void forgetWhatWasTyped() {
        try {
            if (shell.terminal()) {
                shell.in().skipNBytes(shell.in().available());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<RuntimeException> read(SignConversation conversation) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(shell.in(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                conversation.line(line);
            }
            conversation.finish();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(new UncheckedIOException(e));
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
    }

    private static Optional<RuntimeException> told(StopSignal stop) {
        stop.await();
        return Optional.empty();
    }

    private static Optional<RuntimeException> lost(CircleClient circle) {
        try {
            return Optional.of(circle.awaitEnd());
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
    }
}
