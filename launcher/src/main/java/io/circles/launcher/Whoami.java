package io.circles.launcher;

import io.circles.client.CircleClient;
import io.circles.protocol.CircleApi;
import io.circles.protocol.Json;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `circles whoami`: logs in to a circle and prints who it takes the caller for.
@Command(
        name = "whoami",
        description = "Logs in to a circle and prints who it takes the caller for.")
final class Whoami implements Runnable {
    private final Shell shell;
    @Mixin private ClientOptions client = new ClientOptions();

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    Whoami(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        CircleApi.Whoami who = client.ask(shell, CircleClient::whoami);
        shell.out().println(json ? Json.write(Json.tree(who)) : Printable.of(text(who)));
    }

    private static String text(CircleApi.Whoami who) {
        return """
        key           %s
        circle        %s
        roles         %s
        capabilities  %s
        until         %s"""
                .formatted(
                        Optional.ofNullable(who.pubkey()).orElse("(none)"),
                        who.circle(),
                        String.join(", ", who.roles()),
                        String.join(", ", who.capabilities()),
                        Optional.ofNullable(who.expiresAt())
                                .map(seconds -> Instant.ofEpochSecond(seconds).toString())
                                .orElse("(no session)"));
    }
}
