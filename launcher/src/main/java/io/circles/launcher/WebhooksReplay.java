package io.circles.launcher;

import io.circles.protocol.WebhookApi.Replayed;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `circles webhooks replay`: has events handled that were given up or had no handler.
@Command(
        name = "replay",
        description =
                "Has events of webhooks handled that were given up (dead) or had no handler (unhandled).")
final class WebhooksReplay implements Runnable {
    private final Shell shell;
    @Mixin private EventNumbers events = new EventNumbers();

    WebhooksReplay(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        events.each(
                shell,
                (client, event) ->
                        client.request("webhook_replay", event, Replayed.class).replayed(),
                "replayed",
                "no such event, or neither dead nor unhandled: ");
    }
}
