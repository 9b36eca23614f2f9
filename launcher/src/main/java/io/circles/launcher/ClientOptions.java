package io.circles.launcher;

import io.circles.client.CircleClient;
import io.circles.client.CircleClientBuilder;
import io.circles.protocol.crypto.KeyPair;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The options by which client commands find a circle and say who they are.
final class ClientOptions {
    private static final Duration LONGEST_DIAL = Duration.ofSeconds(10);

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
        return ask(keyPair(shell), builder -> builder, request);
    }

    /// The same with a key that was read before, and with more to say about the client.
    <T> T ask(KeyPair pair, UnaryOperator<CircleClientBuilder> more, Request<T> request) {
        try (CircleClient client = more.apply(builder(pair)).connect()) {
            return request.send(client);
        } catch (IllegalArgumentException e) {
            throw new LauncherException(ExitCode.USAGE, "circles: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException(ExitCode.NOT_CONNECTED, "circles: interrupted");
        }
    }

    private CircleClientBuilder builder(KeyPair pair) {
        return CircleClient.builder(URI.create(url))
                .keyPair(pair)
                .connectTimeout(timeout.compareTo(LONGEST_DIAL) < 0 ? timeout : LONGEST_DIAL)
                .requestTimeout(timeout);
    }

    /// The key to log in with; made where none is named and none is there.
    KeyPair keyPair(Shell shell) {
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
