package io.circles.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.client.CircleClient;
import io.circles.protocol.CircleApi.Played;
import io.circles.protocol.CircleException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `circles call`: calls a function of a circle. Prints what it returns, and what it logs on
/// standard error.
@Command(
        name = "call",
        description =
                "Calls a function of a circle and prints what it returns. What it logs, if the circle tells,"
                        + " and its error go to standard error.")
final class Call implements Runnable {
    private final Shell shell;
    @Mixin private ClientOptions client = new ClientOptions();

    @Parameters(
            index = "1",
            paramLabel = "FUNCTION",
            description = "The function's name: an export of the circle's main module.")
    @SuppressWarnings("NullAway.Init") // picocli sets what is required
    private String function;

    @Option(
            names = "--args",
            paramLabel = "JSON",
            description = "The function's only argument; any JSON value.")
    private Optional<String> args = Optional.empty();

    @Option(
            names = "--json",
            description = "Print the whole result as JSON: output, value, logs and usage.")
    private boolean json;

    Call(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        Optional<JsonNode> argument = args.map(RunOutput::parsed);
        try {
            Played result = client.ask(shell, circle -> call(circle, argument));
            new RunOutput(shell, json).print(result);
        } catch (CircleException e) {
            throw RunOutput.failure(function, e);
        }
    }

    private Played call(CircleClient circle, Optional<JsonNode> argument)
            throws InterruptedException {
        return argument.isPresent() ? circle.call(function, argument.get()) : circle.call(function);
    }
}
