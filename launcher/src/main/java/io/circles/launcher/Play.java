package io.circles.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.client.CircleClient;
import io.circles.protocol.CircleApi.Played;
import io.circles.protocol.CircleException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `circles play`: runs a script in a circle. Prints its output, and what it logs on standard
/// error.
@Command(
        name = "play",
        description =
                "Runs a script in a circle and prints its output. What the script logs, and its error, go"
                        + " to standard error.")
final class Play implements Runnable {
    private final Shell shell;
    @Mixin private ClientOptions client = new ClientOptions();

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "SCRIPT",
            description =
                    "The script itself, or - to read it from standard input. Write -- before one that"
                            + " begins with a minus.")
    private Optional<String> text = Optional.empty();

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "Read the script from this file.")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--args",
            paramLabel = "JSON",
            description = "The script's global args; any JSON value.")
    private Optional<String> args = Optional.empty();

    @Option(
            names = "--json",
            description = "Print the whole result as JSON: output, value, logs and usage.")
    private boolean json;

    Play(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        ScriptSource source = new ScriptSource(text, file);
        String script = source.read(shell.in());
        Optional<JsonNode> arguments = args.map(RunOutput::parsed);
        try {
            Played result = client.ask(shell, circle -> play(circle, script, arguments));
            new RunOutput(shell, json).print(result);
        } catch (CircleException e) {
            throw RunOutput.failure(source.name(), e);
        }
    }

    private static Played play(CircleClient circle, String script, Optional<JsonNode> arguments)
            throws InterruptedException {
        return arguments.isPresent() ? circle.play(script, arguments.get()) : circle.play(script);
    }
}
