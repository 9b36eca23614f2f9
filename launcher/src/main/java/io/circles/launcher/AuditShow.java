package io.circles.launcher;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import io.circles.server.store.AuditEntry;
import io.circles.server.store.AuditFact;
import io.circles.server.store.AuditFile;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `circles audit show`: prints the audit, one line an entry, as it is read.
@Command(
        name = "show",
        description =
                "Prints the audit of each circle, oldest first. Whether it is true, verify says.")
final class AuditShow implements Runnable {
    private static final String LINE = "%-16s  %8s  %-24s  %-9s  %-40s  %-66s  %-66s  %s%n";

    private final Shell shell;
    @Mixin private AuditOptions options = new AuditOptions();

    @Option(
            names = "--json",
            description = "Print one JSON object a line, with digest and hash too.")
    private boolean json;

    AuditShow(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        if (!json) {
            shell.out()
                    .printf(
                            LINE,
                            "NAME",
                            "NUMBER",
                            "TIME",
                            "EVENT",
                            "REQUEST",
                            "KEY",
                            "REQUESTER",
                            "DISPLAY, VERDICT");
        }
        options.circles(shell.environment()).forEach(this::show);
    }

    private void show(CircleEntry circle) {
        try (AuditFile audit = AuditFile.open(circle.serverFile()).orElse(null)) {
            if (audit != null) {
                audit.entries(entry -> show(circle.name(), entry));
            }
        } catch (IOException e) {
            throw unreadable(circle, e);
        }
    }

    static LauncherException unreadable(CircleEntry circle, IOException e) {
        return new LauncherException(
                ExitCode.AUDIT, circle.serverFile() + ": " + FileErrors.words(e));
    }

    private void show(String circle, AuditEntry entry) {
        if (json) {
            shell.out().println(Json.write(object(circle, entry)));
            return;
        }
        AuditFact fact = entry.fact();
        String words = Json.write(Json.tree(fact.display())) + " " + fact.verdict();
        shell.out()
                .printf(
                        LINE,
                        circle,
                        entry.number(),
                        entry.at(),
                        fact.event().word(),
                        fact.request(),
                        fact.key(),
                        fact.requester(),
                        Printable.of(words.replace('\n', ' ')).strip());
    }

    private static ObjectNode object(String circle, AuditEntry entry) {
        AuditFact fact = entry.fact();
        return Json.object()
                .put("circle", circle)
                .put("number", entry.number())
                .put("at", entry.at().toString())
                .put("event", fact.event().word())
                .put("request", fact.request())
                .put("key", fact.key())
                .put("requester", fact.requester())
                .put("digest", fact.digest())
                .put("display", fact.display())
                .put("verdict", fact.verdict())
                .put("hash", entry.hash());
    }
}
