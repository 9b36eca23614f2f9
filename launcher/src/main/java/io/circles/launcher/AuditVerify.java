package io.circles.launcher;

import io.circles.protocol.crypto.PublicKey;
import io.circles.server.store.AuditFile;
import io.circles.server.store.AuditHead;
import io.circles.server.store.AuditReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `circles audit verify`: whether the audit is as it was written.
@Command(
        name = "verify",
        description =
                "Computes the chain of each circle's audit again, checks the circle's signatures over it,"
                        + " and says where it is broken or cut.")
final class AuditVerify implements Runnable {
    private final Shell shell;
    @Mixin private AuditOptions options = new AuditOptions();

    AuditVerify(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        List<String> problems = new ArrayList<>();
        Table table = new Table("NAME", "ENTRIES", "SIGNED", "UNSIGNED", "LAST SIGNED AT");
        for (CircleEntry circle : options.circles(shell.environment())) {
            AuditReport report = report(circle);
            table.row(
                    circle.name(),
                    Long.toString(report.entries()),
                    Long.toString(report.entries() - report.unsigned()),
                    Long.toString(report.unsigned()),
                    report.head().map(AuditHead::at).map(Object::toString).orElse("never"));
            report.problem().ifPresent(p -> problems.add("circle " + circle.name() + ": " + p));
        }
        shell.out().println(table);
        if (!problems.isEmpty()) {
            throw new LauncherException(ExitCode.AUDIT, problems);
        }
    }

    /// A circle without a key was never started.
    private static AuditReport report(CircleEntry circle) {
        try (AuditFile audit = AuditFile.open(circle.serverFile()).orElse(null)) {
            Optional<PublicKey> key = circle.key().map(pair -> pair.publicKey());
            return audit == null || key.isEmpty()
                    ? new AuditReport(0, Optional.empty(), Optional.empty())
                    : audit.verify(key.get());
        } catch (IOException e) {
            throw AuditShow.unreadable(circle, e);
        }
    }
}
