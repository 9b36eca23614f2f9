package io.circles.launcher;

import io.circles.protocol.WebhookApi.Discarded;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `circles webhooks discard`: drops events.
@Command(
        name = "discard",
        description =
                "Drops events of webhooks, whatever became of them. When they are sent again, they are"
                        + " still known.")
final class WebhooksDiscard implements Runnable {
    private final Shell shell;
    @Mixin private EventNumbers events = new EventNumbers();

    WebhooksDiscard(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        events.each(
                shell,
                (client, event) ->
                        client.request("webhook_discard", event, Discarded.class).discarded(),
                "discarded",
                "there is no event ");
    }
}
