package io.circles.server.store;

import io.circles.protocol.crypto.PublicKey;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Goes along a chain and its signed heads until something is wrong. Confined to one thread.
final class AuditCheck {
    private final PublicKey circle;
    private final Deque<AuditHead> heads;
    private final Optional<AuditMark> noted;
    private long number;
    private String hash;
    private @Nullable AuditHead signed;
    private @Nullable String problem;

    /// @param heads in the order of their numbers
    /// @param noted has to be in the chain
    AuditCheck(PublicKey circle, Deque<AuditHead> heads, Optional<AuditMark> noted) {
        this.circle = circle;
        this.heads = heads;
        this.noted = noted;
        this.hash = AuditEntry.root(circle);
    }

    boolean isGood() {
        return problem == null;
    }

    void next(AuditEntry entry) {
        if (entry.number() != number + 1) {
            problem =
                    "entry %d is missing: after %d comes %d"
                            .formatted(number + 1, number, entry.number());
        } else if (!entry.follows(hash)) {
            problem =
                    "entry %d is not what was written: its hash does not follow from it and entry %d"
                            .formatted(entry.number(), number);
        } else if (isNoted(entry) && headIsGood(entry)) {
            number = entry.number();
            hash = entry.hash();
        }
    }

    private boolean isNoted(AuditEntry entry) {
        boolean another =
                noted.filter(mark -> mark.number() == entry.number())
                        .filter(mark -> !mark.hash().equals(entry.hash()))
                        .isPresent();
        if (another) {
            problem = "entry %d is not the one that was noted".formatted(entry.number());
        }
        return !another;
    }

    private boolean headIsGood(AuditEntry entry) {
        AuditHead head = heads.peek();
        if (head == null || head.number() != entry.number()) {
            return true;
        }
        heads.remove();
        if (!head.isBy(circle)) {
            problem =
                    "the signature of %s over entry %d is not the circle's"
                            .formatted(head.at(), head.number());
        } else if (!head.hash().equals(entry.hash())) {
            problem =
                    "entry %d is not the one that was signed at %s"
                            .formatted(head.number(), head.at());
        } else {
            signed = head;
        }
        return problem == null;
    }

    AuditReport report() {
        AuditHead head = heads.peek();
        if (problem == null && head != null) {
            problem =
                    "cut: it ends with entry %d, but entry %d was signed at %s"
                            .formatted(number, head.number(), head.at());
        }
        if (problem == null && noted.isPresent() && noted.get().number() > number) {
            problem =
                    "cut: it ends with entry %d, but entry %d was noted"
                            .formatted(number, noted.get().number());
        }
        return new AuditReport(number, Optional.ofNullable(signed), Optional.ofNullable(problem));
    }
}
