package io.circles.server.sigsocket;

import io.circles.server.store.AskingRow;
import io.circles.server.store.AuditEvent;
import io.circles.server.store.SignRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
        Asking asking = new Asking(row.id(), row.threshold());
        List<Pending> open = new ArrayList<>();
        for (SignRow each : row.requests()) {
            if (each.end().isPresent()) {
                asking.addEnded(Outcome.state(each.end().get().event()));
            } else {
                Pending pending = new Pending(SignRequest.of(each), each, "", asking);
                asking.add(pending);
                open.add(pending);
            }
        }
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
            return refused(row, Set.copyOf(row.requests()), SignFailure.TOO_BIG, now);
        }
        Asking asking = new Asking(row.id(), row.threshold());
        List<Pending> all = new ArrayList<>();
        for (SignRow each : row.requests()) {
            all.add(new Pending(SignRequest.of(each), each, cause, asking));
        }
        Set<SignRow> excess = take(all, row.requests().size() - row.threshold());
        if (row.requests().size() - excess.size() < row.threshold()) {
            drop(all);
            return refused(row, excess, SignFailure.TOO_MANY, now);
        }
        return new Admitted(
                row.with(ended(row, excess, SignFailure.TOO_MANY, Optional.empty())),
                kept(asking, all, excess));
    }

    private boolean isTooBig(SignRow request) {
        return new Message(request.message()).bytes().length > limits.messageBytes();
    }

    /// Takes them, as far as there is room and the requester may ask so much.
    ///
    /// @param most after so many that are refused, and one, the rest is of no use
    /// @return those that are refused
    private Set<SignRow> take(List<Pending> all, int most) {
        Set<Pending> tooMany = board.take(all);
        Set<SignRow> excess = new HashSet<>();
        for (Pending pending : all) {
            boolean refused = tooMany.contains(pending) || !quota.take(pending.request.requester());
            if (refused && excess.size() <= most) {
                excess.add(pending.row);
            }
        }
        return excess;
    }

    private List<Pending> kept(Asking asking, List<Pending> all, Set<SignRow> excess) {
        List<Pending> open = new ArrayList<>();
        for (Pending pending : all) {
            if (excess.contains(pending.row)) {
                board.drop(pending);
                asking.addEnded(SignState.FAILED);
            } else {
                asking.add(pending);
                open.add(pending);
            }
        }
        return open;
    }

    private static Admitted refused(
            AskingRow row, Set<SignRow> excess, SignFailure why, Instant now) {
        Optional<SignRow.End> rest =
                Optional.of(new SignRow.End(AuditEvent.CANCELLED, "out of reach", 0));
        AskingRow.End end = new AskingRow.End(SignState.FAILED.word(), now);
        return new Admitted(row.with(ended(row, excess, why, rest)).with(end), List.of());
    }

    private static List<SignRow> ended(
            AskingRow row, Set<SignRow> excess, SignFailure why, Optional<SignRow.End> rest) {
        Optional<SignRow.End> failed =
                Optional.of(new SignRow.End(AuditEvent.FAILED, why.word(), 0));
        return row.requests().stream()
                .map(each -> each.with(excess.contains(each) ? failed : rest))
                .toList();
    }

    /// Forgets what could not be kept; it counts as not asked.
    void drop(Admitted admitted) {
        drop(admitted.open());
        for (Pending pending : admitted.open()) {
            quota.giveBack(pending.request.requester());
        }
    }

    private void drop(List<Pending> all) {
        all.forEach(board::drop);
        all.stream().map(pending -> pending.asking).distinct().forEach(board::forget);
    }
}
