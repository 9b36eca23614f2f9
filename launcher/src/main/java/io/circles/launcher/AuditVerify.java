package io.circles.launcher;

import io.circles.protocol.crypto.PublicKey;
import io.circles.server.store.AuditFile;
import io.circles.server.store.AuditHead;
import io.circles.server.store.AuditMark;
import io.circles.server.store.AuditReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `circles audit verify`: whether the audit is as it was written.
@Command(
        name = "verify",
        description =
                "Computes the chain of each circle's audit again, checks the circle's signatures over it,"
                        + " and says where it is broken or cut.")
final class AuditVerify implements Runnable {
    private final Shell shell;
    @Mixin private AuditOptions options = new AuditOptions();

    @Option(
            names = "--expect",
            paramLabel = "NUMBER:HASH",
            converter = AuditMarkConverter.class,
            description =
                    "A head that was printed earlier, and must still be in the audit; of one circle.")
    private Optional<AuditMark> expected = Optional.empty();

    AuditVerify(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        List<CircleEntry> circles = options.circles(shell.environment());
        if (expected.isPresent() && circles.size() > 1) {
            throw new LauncherException(
                    ExitCode.USAGE, "--expect is for one circle: say which, after the options");
        }
        List<String> problems = new ArrayList<>();
        Table table = new Table("NAME", "ENTRIES", "SIGNED", "UNSIGNED", "LAST SIGNED AT", "HEAD");
        for (CircleEntry circle : circles) {
            AuditReport report = report(circle);
            table.row(
                    circle.name(),
                    Long.toString(report.entries()),
                    Long.toString(report.entries() - report.unsigned()),
                    Long.toString(report.unsigned()),
                    report.head().map(AuditHead::at).map(Object::toString).orElse("never"),
                    report.head().map(AuditHead::mark).map(Object::toString).orElse("none"));
            report.problem().ifPresent(p -> problems.add("circle " + circle.name() + ": " + p));
        }
        shell.out().println(table);
        if (!problems.isEmpty()) {
            throw new LauncherException(ExitCode.AUDIT, problems);
        }
    }

    private AuditReport report(CircleEntry circle) {
        try (AuditFile audit = AuditFile.open(circle.serverFile()).orElse(null)) {
            if (audit == null) {
                return nothing(expected.map(mark -> missing(circle, mark)));
            }
            Optional<PublicKey> key = circle.key().map(pair -> pair.publicKey());
            return key.isEmpty()
                    ? nothing(Optional.of(keyless(circle)))
                    : audit.verify(key.get(), expected);
        } catch (IOException e) {
            throw AuditShow.unreadable(circle, e);
        }
    }

    private static AuditReport nothing(Optional<String> problem) {
        return new AuditReport(0, Optional.empty(), problem);
    }

    private static String missing(CircleEntry circle, AuditMark mark) {
        return "%s: there is no audit, but its entry %d was noted"
                .formatted(circle.serverFile(), mark.number());
    }

    private static String keyless(CircleEntry circle) {
        return "%s: there is an audit, but the circle's key is missing, without which it cannot be checked: %s"
                .formatted(circle.serverFile(), KeyFile.in(circle.data()).path());
    }
}
