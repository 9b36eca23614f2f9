package io.circles.launcher;

import io.circles.client.CircleClient;
import io.circles.client.ClientState;
import io.circles.client.EventGap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `circles events`: prints what a circle publishes.
///
/// Concurrency: the main thread waits for the first end: a signal, the client's, enough events, or
/// a subscription that the circle does not restore.
@Command(
        name = "events",
        description =
                "Prints the events that a circle publishes, one a line: number, topic, data. Connects again"
                        + " when the connection is lost. Runs until Ctrl-C.")
final class Events implements Runnable {
    private final Shell shell;
    private final BlockingQueue<Optional<RuntimeException>> ends = new LinkedBlockingQueue<>();
    @Mixin private ClientOptions client = new ClientOptions();

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "TOPIC",
            defaultValue = "*",
            description =
                    "Which events; * stands for any run of characters. By default all. One that fits"
                            + " several topics is printed for each.")
    private List<String> topics = List.of();

    @Option(
            names = "--after",
            paramLabel = "NUMBER",
            description =
                    "Begin after the event of this number, as far as the circle has kept them.")
    private Optional<Long> after = Optional.empty();

    @Option(names = "--count", paramLabel = "COUNT", description = "End after so many events.")
    private Optional<Long> count = Optional.empty();

    @Option(
            names = "--json",
            description = "For programs: print everything as JSON, one object a line.")
    private boolean json;

    Events(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        if (count.orElse(1L) < 1 || after.orElse(0L) < 0) {
            throw new LauncherException(
                    ExitCode.USAGE, "circles: --count is 1 or more, --after is 0 or more");
        }
        ConnectionNotices notices = new ConnectionNotices(shell.err()::println);
        Optional<RuntimeException> failure =
                client.stay(client.keyPair(shell), state -> told(state, notices), this::listen);
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private void told(ClientState state, ConnectionNotices notices) {
        notices.accept(state);
        if (state instanceof ClientState.Closed(RuntimeException why)) {
            ends.add(Optional.of(why));
        }
    }

    /// Blocks until one of the ends.
    ///
    /// @return what failed, if that is why
    private Optional<RuntimeException> listen(CircleClient circle) throws InterruptedException {
        // not before: until it listens a signal ends it as any other program
        StopSignal stop = StopSignal.install();
        EventPrinter printer =
                new EventPrinter(
                        shell.out(),
                        shell.err(),
                        json,
                        count.orElse(Long.MAX_VALUE),
                        () -> ends.add(Optional.empty()));
        for (String topic : topics) {
            subscribe(circle, topic, printer);
        }
        printer.listening(topics, circle.circle().orElseThrow());
        Thread.ofVirtual().name("signal").start(() -> told(stop));
        return ends.take();
    }

    private void subscribe(CircleClient circle, String topic, EventPrinter printer)
            throws InterruptedException {
        if (after.isPresent()) {
            circle.subscribe(topic, after.get(), printer::event, gap -> gap(topic, gap, printer));
        } else {
            circle.subscribe(topic, printer::event, gap -> gap(topic, gap, printer));
        }
    }

    private void gap(String topic, EventGap gap, EventPrinter printer) {
        if (gap.isEnd()) {
            String words = "circles: the circle sends no more events of ";
            ends.add(
                    Optional.of(
                            new LauncherException(
                                    ExitCode.REFUSED, words + Printable.inline(topic))));
        } else {
            printer.gap(topic, gap);
        }
    }

    private void told(StopSignal stop) {
        stop.await();
        ends.add(Optional.empty());
    }
}
