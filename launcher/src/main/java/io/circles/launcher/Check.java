package io.circles.launcher;

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
        if (file.circles().stream().anyMatch(circle -> circle.module().isPresent())) {
            shell.out()
                    .println(
                            "functions: their files are good; what is in them is checked at the start");
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
