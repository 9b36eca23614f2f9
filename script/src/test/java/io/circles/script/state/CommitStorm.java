package io.circles.script.state;

import io.circles.script.state.Transaction.Write;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/// A process that commits until it is killed, and prints the number of each commit that was
/// acknowledged. Every commit has an event, an effect that lasts, and an occasion. Now and then
/// some of what lasts is handled; then `handled` and the last one's number are printed.
final class CommitStorm {
    private static final int CALLERS = 8;
    private static final int PAGE = 20;

    private CommitStorm() {}

    /// Begins.
    ///
    /// @param args the file, and the first number
    public static void main(String[] args) {
        ScheduledExecutorService writers = Executors.newScheduledThreadPool(1);
        StateStore store =
                new StateStore(
                        Path.of(args[0]), 1L << 30, writers, InstantSource.system(), _ -> {});
        int first = Integer.parseInt(args[1]);
        for (int caller = 0; caller < CALLERS; caller++) {
            int begin = first + caller;
            Thread.ofPlatform().start(() -> commitForEver(store, begin));
        }
        Thread.ofPlatform().start(() -> handleForEver(store));
    }

    /// Leaves some, so that there are always both.
    private static void handleForEver(StateStore store) {
        try {
            while (true) {
                List<LoggedEffect> some = store.unhandled(0, PAGE);
                if (some.size() == PAGE) {
                    long last = some.get(PAGE / 2).number();
                    store.handled(
                            some.subList(0, PAGE / 2 + 1).stream()
                                    .map(LoggedEffect::number)
                                    .toList());
                    System.out.println("handled " + last + ".");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void commitForEver(StateStore store, int first) {
        try {
            for (int n = first; ; n += CALLERS) {
                store.commit(commit(n));
                System.out.println(n + ".");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Commit commit(int n) {
        List<Write> writes = List.of(new Write("a/" + n, "1"), new Write("b/" + n, "1"));
        return new Commit(
                "run" + n,
                new Transaction(0, List.of(), List.of(), writes),
                List.of(
                        new Commit.NewEffect("publish", Integer.toString(n), false),
                        new Commit.NewEffect("sign", Integer.toString(n), true)),
                Optional.empty(),
                Optional.of("occasion" + n));
    }
}
