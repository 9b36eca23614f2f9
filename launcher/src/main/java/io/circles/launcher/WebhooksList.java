package io.circles.launcher;

import io.circles.protocol.Json;
import io.circles.protocol.WebhookApi.ListEvents;
import io.circles.protocol.WebhookApi.Listed;
import io.circles.protocol.WebhookApi.WebhookEvent;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `circles webhooks list`: prints which events are kept.
@Command(
        name = "list",
        description =
                "Prints which events of webhooks a circle keeps, the newest first, without what they say.")
final class WebhooksList implements Runnable {
    private final Shell shell;
    @Mixin private OperatedCircle circle = new OperatedCircle();

    @Option(
            names = "--provider",
            paramLabel = "NAME",
            description = "Only those of this one, by its name in circles.json.")
    private Optional<String> provider = Optional.empty();

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "Only those that are waiting, done, dead or unhandled.")
    private Optional<String> state = Optional.empty();

    @Option(
            names = "--before",
            paramLabel = "NUMBER",
            description = "Only those with a smaller number: the rest of a list.")
    private Optional<Long> before = Optional.empty();

    @Option(
            names = "--limit",
            paramLabel = "COUNT",
            description = "At most so many, up to 500; by default 50.")
    private Optional<Integer> limit = Optional.empty();

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    WebhooksList(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        ListEvents params =
                new ListEvents(
                        provider.orElse(null),
                        state.orElse(null),
                        before.orElse(null),
                        limit.orElse(null));
        Listed listed =
                circle.ask(shell, client -> client.request("webhook_list", params, Listed.class));
        shell.out().println(json ? Json.write(Json.tree(listed)) : Printable.of(table(listed)));
        if (listed.more() && !json) {
            shell.err().println("there are more: --before " + listed.events().getLast().number());
        }
    }

    private static String table(Listed listed) {
        Table table =
                new Table("NUMBER", "PROVIDER", "TYPE", "STATE", "RECEIVED", "FAILED", "ID, ERROR");
        for (WebhookEvent event : listed.events()) {
            table.row(
                    Long.toString(event.number()),
                    event.provider(),
                    event.type(),
                    event.state(),
                    Instant.ofEpochSecond(event.receivedAt()).toString(),
                    Integer.toString(event.failures()),
                    (event.id() + " " + Objects.requireNonNullElse(event.error(), ""))
                            .replace('\n', ' ')
                            .strip());
        }
        return table.toString();
    }
}
