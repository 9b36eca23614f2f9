package io.circles.server.store;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Ends requests in one transaction, each with its entry in the audit. What has ended before stays
/// as it is: of two ends the one counts that the store was given first. For the writer alone.
final class SignEnding {
    private final Tables tables;
    private final Instant now;
    private final List<SignEnds.Each> ended = new ArrayList<>();
    private Optional<String> over = Optional.empty();

    SignEnding(Tables tables, Instant now) {
        this.tables = tables;
        this.now = now;
    }

    /// Ends a request, and with it what it belongs to, if by what is kept of the others that is
    /// decided now.
    void end(SignRow request, SignRow.End end) throws SQLException {
        if (endOne(request, end) && request.asking().isPresent()) {
            String asking = request.asking().get();
            Optional<AuditEvent> verdict = tables.sign().openTally(asking).flatMap(Tally::verdict);
            if (verdict.isPresent()) {
                boolean approved = verdict.get() == AuditEvent.APPROVED;
                endAsking(asking, verdict.get(), approved ? "enough have signed" : "out of reach");
            }
        }
    }

    /// Cancels what a script asked for, if it has not ended.
    void withdraw(String asking) throws SQLException {
        if (tables.sign().openTally(asking).isPresent()) {
            endAsking(asking, AuditEvent.CANCELLED, "withdrawn");
        }
    }

    private void endAsking(String asking, AuditEvent verdict, String why) throws SQLException {
        for (SignRow rest : tables.sign().openRequests(asking)) {
            endOne(rest, new SignRow.End(AuditEvent.CANCELLED, why, 0));
        }
        tables.sign().endAsking(asking, new AskingRow.End(verdict.word(), now));
        over = Optional.of(asking);
    }

    private boolean endOne(SignRow request, SignRow.End end) throws SQLException {
        boolean open = tables.sign().end(request, end, tables.audit().number() + 1);
        if (open) {
            tables.audit().add(request.fact(end.event(), end.verdict()), now);
            ended.add(new SignEnds.Each(request.id(), end));
        }
        return open;
    }

    /// What has ended.
    SignEnds ends() {
        return new SignEnds(ended, over);
    }
}
