package io.circles.launcher;

import io.circles.script.redis.RedisSettings;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `circles check`: reads circles.json and says what is wrong with it. Starts nothing and writes
/// nothing.
@Command(
        name = "check",
        description = "Reads circles.json and tells all that is wrong with it. Changes nothing.")
final class Check implements Runnable {
    private final Shell shell;
    @Mixin private ConfigurationOptions options = new ConfigurationOptions();

    Check(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        CirclesFile file = options.read(shell.environment());
        file.warnings().forEach(shell.err()::println);
        int circles = file.circles().size();
        shell.out()
                .printf(
                        "%s is good: %d %s%n",
                        options.config(), circles, circles == 1 ? "circle" : "circles");
        shell.out().println(table(file));
        file.redis()
                .map(redis -> behind(redis, file))
                .or(() -> file.state().map(_ -> "the state is in " + state(file)))
                .ifPresent(shell.out()::println);
        if (file.redis().isPresent() && file.state().isPresent()) {
            warnOfOwnKeys(file);
        }
        if (file.circles().stream().anyMatch(circle -> circle.module().isPresent())) {
            shell.out()
                    .println(
                            "functions: their files are good; what is in them is checked at the start");
        }
    }

    private static String behind(RedisSettings redis, CirclesFile file) {
        return "redis: scripts run by circles worker behind %s; the state is in %s"
                .formatted(redis.address(), state(file));
    }

    private static String state(CirclesFile file) {
        return file.state()
                .map(address -> "PostgreSQL: " + address)
                .orElse("SQLite files, so only on machines that reach " + file.data());
    }

    /// Two servers that each make a key serve two circles.
    private void warnOfOwnKeys(CirclesFile file) {
        String names =
                file.circles().stream()
                        .filter(circle -> circle.key().isEmpty())
                        .map(CircleEntry::name)
                        .collect(Collectors.joining(", "));
        if (!names.isEmpty()) {
            shell.err()
                    .println(
                            "the first start makes a key for %s; another server needs the same `key` to serve the same circle"
                                    .formatted(names));
        }
    }

    private static Table table(CirclesFile file) {
        Table table = new Table("NAME", "PUBLIC KEY", "URL");
        for (CircleEntry circle : file.circles()) {
            String key =
                    circle.key().map(pair -> pair.publicKey().hex()).orElse("made at first start");
            table.row(circle.name(), key, circle.url(file.sharedPort()));
        }
        return table;
    }
}
