package io.circles.launcher;

import io.circles.protocol.Json;
import io.circles.protocol.WebhookApi.OneEvent;
import io.circles.protocol.WebhookApi.Shown;
import io.circles.protocol.WebhookApi.WebhookEvent;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `circles webhooks show`: prints what an event says.
@Command(name = "show", description = "Prints what an event of a webhook says.")
final class WebhooksShow implements Runnable {
    private final Shell shell;
    @Mixin private OperatedCircle circle = new OperatedCircle();

    @Parameters(index = "1", paramLabel = "NUMBER", description = "The event's number.")
    private long number;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    WebhooksShow(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        Shown shown =
                circle.ask(
                        shell,
                        client ->
                                client.request("webhook_show", new OneEvent(number), Shown.class));
        shell.out().println(json ? Json.write(Json.tree(shown)) : Printable.of(text(shown)));
    }

    private static String text(Shown shown) {
        WebhookEvent event = shown.event();
        return """
        number    %d
        provider  %s
        id        %s
        type      %s
        state     %s
        created   %s
        received  %s
        failures  %d
        next      %s
        error     %s
        headers   %s
        payload   %s"""
                .formatted(
                        event.number(),
                        event.provider(),
                        event.id(),
                        event.type(),
                        event.state(),
                        Instant.ofEpochSecond(event.createdAt()),
                        Instant.ofEpochSecond(event.receivedAt()),
                        event.failures(),
                        Optional.ofNullable(event.nextAt())
                                .map(seconds -> Instant.ofEpochSecond(seconds).toString())
                                .orElse(""),
                        Objects.requireNonNullElse(event.error(), ""),
                        Json.write(shown.headers()),
                        Json.write(shown.payload()));
    }
}
