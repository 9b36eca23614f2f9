package io.circles.launcher;

import io.circles.client.CircleClient;
import io.circles.client.CircleClientBuilder;
import io.circles.client.ClientState;
import io.circles.protocol.crypto.KeyPair;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The options by which client commands find a circle and say who they are.
final class ClientOptions {
    private static final Duration LONGEST_DIAL = Duration.ofSeconds(10);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    @Parameters(
            index = "0",
            paramLabel = "URL",
            description =
                    "The circle's address, such as ws://127.0.0.1:9001. If the circle's key is its path,"
                            + " the circle must prove to be that one.")
    @SuppressWarnings("NullAway.Init") // picocli sets what is required
    private String url;

    @Option(
            names = {"-k", "--key"},
            paramLabel = "FILE",
            description =
                    "The key to log in with; by default ~/.circles/key.pem, which is made if there is none.")
    private Optional<Path> key = Optional.empty();

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = TimeConverter.class,
            description = "How long to wait for the answer, such as 500ms, 5s, 2m; by default 30s.")
    private Duration timeout = Duration.ZERO;

    /// What to do with a client.
    interface Request<T> {
        T send(CircleClient client) throws InterruptedException;
    }

    /// Connects, logs in, sends a request and closes the connection.
    <T> T ask(Shell shell, Request<T> request) {
        KeyPair pair = keyPair(shell);
        try (Spinner _ = Spinner.start(shell)) {
            return ask(() -> builder(url, pair, timeout), request);
        }
    }

    /// The same with a key that was read before, and a client that connects again by itself.
    ///
    /// @param onState learns how it stands
    <T> T stay(KeyPair pair, Consumer<ClientState> onState, Request<T> request) {
        return stay(pair, onState, builder -> builder, request);
    }

    /// The same, with more to say about the client.
    <T> T stay(
            KeyPair pair,
            Consumer<ClientState> onState,
            UnaryOperator<CircleClientBuilder> more,
            Request<T> request) {
        return ask(
                () ->
                        more.apply(builder(url, pair, timeout))
                                .reconnect(FIRST_WAIT, LONGEST_WAIT)
                                .onState(onState),
                request);
    }

    /// The same of another circle.
    static <T> T ask(String url, KeyPair pair, Duration timeout, Request<T> request) {
        return ask(() -> builder(url, pair, timeout), request);
    }

    private static <T> T ask(Supplier<CircleClientBuilder> builder, Request<T> request) {
        try (CircleClient client = builder.get().connect()) {
            return request.send(client);
        } catch (IllegalArgumentException e) {
            throw new LauncherException(ExitCode.USAGE, "circles: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException(ExitCode.NOT_CONNECTED, "circles: interrupted");
        }
    }

    private static URI address(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "the address of a circle is such as ws://127.0.0.1:9001 or"
                            + " wss://shop.example.com, not \""
                            + url
                            + "\"",
                    e);
        }
    }

    private static CircleClientBuilder builder(String url, KeyPair pair, Duration timeout) {
        return CircleClient.builder(address(url))
                .keyPair(pair)
                .connectTimeout(timeout.compareTo(LONGEST_DIAL) < 0 ? timeout : LONGEST_DIAL)
                .requestTimeout(timeout)
                .neverReconnect();
    }

    /// Nothing is made for a command that cannot be carried out.
    private void checkAddress() {
        try {
            var _ = CircleClient.builder(address(url));
        } catch (IllegalArgumentException e) {
            throw new LauncherException(ExitCode.USAGE, "circles: " + e.getMessage());
        }
    }

    /// The key to log in with; made where none is named and none is there.
    KeyPair keyPair(Shell shell) {
        checkAddress();
        KeyFile file = key.map(KeyFile::new).orElseGet(shell::ownKey);
        if (key.isEmpty() && !file.exists()) {
            KeyPair made = file.readOrCreate(shell.random());
            shell.err().println("made " + file.path() + ", the key " + made.publicKey());
            return made;
        }
        if (file.isOpenToOthers()) {
            shell.err().println(file.warning());
        }
        return file.read();
    }
}
