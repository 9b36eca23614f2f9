package io.circles.server.sigsocket;

import io.circles.server.pace.Quota;
import io.circles.server.store.AskingRow;
import io.circles.server.store.AuditEvent;
import io.circles.server.store.SignRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Decides which of the requests of scripts are made, before anything of them is kept: what is
/// refused costs the server no more than one entry of the audit. Thread-safe, as the board is.
final class Admission {
    private final SignLimits limits;
    private final Quota quota;
    private final Board board;

    Admission(SignLimits limits, Quota quota, Board board) {
        this.limits = limits;
        this.quota = quota;
        this.board = board;
    }

    /// Takes what is kept already, however much it is.
    Admitted again(AskingRow row) {
        List<Pending> open =
                row.requests().stream()
                        .filter(each -> each.end().isEmpty())
                        .map(each -> new Pending(SignRequest.of(each), each, ""))
                        .toList();
        var _ = board.take(open);
        return new Admitted(row, open);
    }

    /// Takes what is new as far as the bounds let it; all of it or nothing, when too few keys are
    /// left.
    ///
    /// @param cause id of the run that asks
    /// @param now when it ends if it is refused
    Admitted fresh(AskingRow row, String cause, Instant now) {
        if (isTooBig(row.requests().getFirst())) {
            Map<SignRow, SignFailure> all = new HashMap<>();
            row.requests().forEach(each -> all.put(each, SignFailure.TOO_BIG));
            return refused(row, all, now);
        }
        List<Pending> all =
                row.requests().stream()
                        .map(each -> new Pending(SignRequest.of(each), each, cause))
                        .toList();
        Map<SignRow, SignFailure> excess = take(all, row.requests().size() - row.threshold());
        if (row.requests().size() - excess.size() < row.threshold()) {
            all.forEach(board::drop);
            return refused(row, excess, now);
        }
        return new Admitted(row.with(ended(row, excess, Optional.empty())), kept(all, excess));
    }

    private boolean isTooBig(SignRow request) {
        return new Message(request.message()).bytes().length > limits.messageBytes();
    }

    /// Takes them, as far as there is room and the requester may ask so much.
    ///
    /// @param most after so many that are refused, and one, the rest is of no use
    /// @return those that are refused, and why
    private Map<SignRow, SignFailure> take(List<Pending> all, int most) {
        Map<Pending, SignFailure> tooMany = board.take(all);
        Map<SignRow, SignFailure> excess = new HashMap<>();
        for (Pending pending : all) {
            SignFailure why = tooMany.get(pending);
            if (why == null && !quota.take(pending.request.requester().name())) {
                why = SignFailure.TOO_MANY;
            }
            if (why != null && excess.size() <= most) {
                excess.put(pending.row, why);
            }
        }
        return excess;
    }

    private List<Pending> kept(List<Pending> all, Map<SignRow, SignFailure> excess) {
        List<Pending> open = new ArrayList<>();
        for (Pending pending : all) {
            if (excess.containsKey(pending.row)) {
                board.drop(pending);
            } else {
                open.add(pending);
            }
        }
        return open;
    }

    private static Admitted refused(AskingRow row, Map<SignRow, SignFailure> excess, Instant now) {
        Optional<SignRow.End> rest =
                Optional.of(new SignRow.End(AuditEvent.CANCELLED, "out of reach", 0));
        AskingRow.End end = new AskingRow.End(SignState.FAILED.word(), now);
        return new Admitted(row.with(ended(row, excess, rest)).with(end), List.of());
    }

    private static List<SignRow> ended(
            AskingRow row, Map<SignRow, SignFailure> excess, Optional<SignRow.End> rest) {
        List<SignRow> rows = new ArrayList<>();
        for (SignRow each : row.requests()) {
            Optional<SignRow.End> failed =
                    Optional.ofNullable(excess.get(each))
                            .map(why -> new SignRow.End(AuditEvent.FAILED, why.word(), 0));
            rows.add(each.with(failed.or(() -> rest)));
        }
        return rows;
    }

    /// Forgets what could not be kept; it counts as not asked.
    void drop(Admitted admitted) {
        for (Pending pending : admitted.open()) {
            board.drop(pending);
            quota.giveBack(pending.request.requester().name());
        }
    }
}
