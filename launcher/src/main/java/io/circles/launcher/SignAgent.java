package io.circles.launcher;

import io.circles.client.CircleClient;
import io.circles.client.ClientState;
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
/// Concurrency: the main thread waits for the first of three ends: a signal, the client's, or that
/// of the input, which a daemon thread reads since nothing can interrupt that.
@Command(
        name = "sign-agent",
        description =
                "Listens in a circle for what a key is asked to sign. Shows each request and asks"
                        + " whether to sign it; anything but y, and the end of the input, means no. Connects"
                        + " again when the connection is lost. Runs until the input ends, or until Ctrl-C.")
final class SignAgent implements Runnable {
    private final Shell shell;
    private final BlockingQueue<Optional<RuntimeException>> ends = new LinkedBlockingQueue<>();
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
        KeyPair key = client.keyPair(shell);
        SignConversation conversation =
                json
                        ? new SignLines(shell.out(), shell.err())
                        : new SignDialogue(shell.out(), shell.err(), shell.terminal());
        ConnectionNotices notices = new ConnectionNotices(conversation::tell);
        Optional<RuntimeException> failure =
                client.stay(
                        key,
                        state -> told(state, notices),
                        builder -> builder.onSignRequest(conversation),
                        circle -> attend(circle, key, conversation));
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private void told(ClientState state, ConnectionNotices notices) {
        notices.accept(state);
        if (state instanceof ClientState.Closed(RuntimeException why)) {
            ends.add(Optional.of(why));
        }
    }

    /// Blocks until one of the three ends.
    ///
    /// @return what failed, if that is why
    private Optional<RuntimeException> attend(
            CircleClient circle, KeyPair key, SignConversation conversation)
            throws InterruptedException {
        // not before: until it listens a signal ends it as any other program
        StopSignal stop = StopSignal.install();
        forgetWhatWasTyped();
        conversation.begin(key.publicKey(), circle.circle().orElseThrow());
        Thread.ofPlatform().daemon().name("input").start(() -> ends.add(read(conversation)));
        Thread.ofVirtual().name("signal").start(() -> ends.add(told(stop)));
        Optional<RuntimeException> first = ends.take();
        conversation.leave();
        return first;
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
}
