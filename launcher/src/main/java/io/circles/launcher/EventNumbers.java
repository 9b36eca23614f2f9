package io.circles.launcher;

import io.circles.client.CircleClient;
import io.circles.protocol.WebhookApi.OneEvent;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// The options of commands that do something with certain events of webhooks.
final class EventNumbers {
    @Mixin private OperatedCircle circle = new OperatedCircle();

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "NUMBER",
            description = "The numbers of the events.")
    private List<Long> numbers = new ArrayList<>();

    /// What is to be done with an event.
    @FunctionalInterface
    interface Deed {
        /// Does it.
        ///
        /// @return false when that is not possible with this one
        boolean on(CircleClient client, OneEvent event) throws InterruptedException;
    }

    /// Does it with one event after the other, and prints with which it was done.
    ///
    /// @param word what was done
    /// @param otherwise what is said of those with which it was not possible
    /// @throws LauncherException if there are any
    void each(Shell shell, Deed deed, String word, String otherwise) {
        List<Long> left = circle.ask(shell, client -> left(shell, client, deed, word));
        if (!left.isEmpty()) {
            throw new LauncherException(ExitCode.REFUSED, "circles: " + otherwise + left);
        }
    }

    private List<Long> left(Shell shell, CircleClient client, Deed deed, String word)
            throws InterruptedException {
        List<Long> left = new ArrayList<>();
        for (long number : numbers) {
            if (deed.on(client, new OneEvent(number))) {
                shell.out().println(word + " " + number);
            } else {
                left.add(number);
            }
        }
        return left;
    }
}
