package io.circles.server.mpc;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.RelayApi;
import io.circles.protocol.Utf8;
import java.util.Set;
import java.util.function.Consumer;

/// How connections come back to the events of groups on other nodes when something was lost: they
/// get again what comes after the last event that was handed on to them. Guarded by the lock of
/// [Visits].
final class Returns {
    private static final String OUT = "this member is out of the group";

    /// Why a home does not give a member the events of a group, now or later.
    private static final Set<ErrorCode> REFUSED =
            Set.of(ErrorCode.RELAY_NOT_FOUND, ErrorCode.RELAY_NOT_MEMBER, ErrorCode.FORBIDDEN);

    private final VisitLock lock;
    private final NodeLimits limits;
    private final Errands errands;
    private final HomeNodes homes;

    Returns(VisitLock lock, NodeLimits limits, Errands errands, HomeNodes homes) {
        this.lock = lock;
        this.limits = limits;
        this.errands = errands;
        this.homes = homes;
    }

    /// All connections come back to all groups there, but to those which a call is to bring.
    void all(HomeNode home) {
        for (Visit visit : home.visits.values()) {
            visit.groups.forEach(
                    (group, joined) -> {
                        if (!home.isJoining(visit, group)) {
                            goBack(visit, group, joined.handed);
                        }
                    });
        }
    }

    /// A call has failed that was to bring back the events of a group, which came before: they come
    /// again without it.
    void resume(HomeNode home, Errand errand) {
        Visit visit = errand.from.visits.get(home.name);
        Visit.Joined joined = visit == null ? null : visit.groups.get(errand.group);
        if (visit != null && joined != null && errand.again && errand.joins()) {
            goBack(visit, errand.group, joined.handed);
        }
    }

    private void goBack(Visit visit, String group, long after) {
        String params = Json.write(Json.tree(new RelayApi.JoinGroup(group, after)));
        Errand errand =
                new Errand(
                        visit.connection,
                        group,
                        Errand.RETURN,
                        Json.raw(params),
                        Utf8.length(params),
                        this,
                        there -> wentBack(visit, group, there),
                        why -> lock.step(afterwards -> didNotGoBack(visit, group, why, afterwards)),
                        () -> {});
        errands.begin(errand);
        homes.ask(visit, errand);
    }

    /// @param there whether the events come here; otherwise another connection of the same client
    ///     gets them
    private void wentBack(Visit visit, String group, Object there) {
        if (there.equals(Json.tree(false))) {
            lock.step(_ -> visit.groups.remove(group));
        }
    }

    /// The home has refused, or nothing is known of it yet: then it is asked again.
    private void didNotGoBack(
            Visit visit, String group, Throwable why, Consumer<Runnable> afterwards) {
        if (!visits(visit)) {
            return;
        }
        if (why instanceof CircleException told && REFUSED.contains(told.code())) {
            visit.lose(group, OUT, afterwards);
            return;
        }
        Visit.Joined joined = visit.groups.get(group);
        if (joined != null && !joined.pausing) {
            joined.pausing = true;
            var _ = lock.later(_ -> goBackAgain(visit, group, joined), limits.pause());
        }
    }

    /// Whether a connection still takes part in the relay of another node.
    private boolean visits(Visit visit) {
        return !errands.isClosed() && homes.has(visit);
    }

    private void goBackAgain(Visit visit, String group, Visit.Joined joined) {
        joined.pausing = false;
        if (visits(visit)
                && visit.groups.get(group) == joined
                && !visit.home.isJoining(visit, group)) {
            goBack(visit, group, joined.handed);
        }
    }
}
