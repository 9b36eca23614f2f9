package io.circles.script.state;

import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the failures of a shared database mean, by the codes of PostgreSQL's manual, appendix A.
final class SharedFailure {
    /// Whether a commit was made is not known.
    static final String IN_DOUBT = "08007";

    /// A commit was not made, as what said it did not arrive.
    static final String LOST_ON_ITS_WAY = "08006";

    private static final Set<String> LOST =
            Set.of("57P01", "57P02", "57P03", "57P05", "25P03", "25P04");
    private static final Set<String> TOOK_TURNS = Set.of("40001", "40P01");

    /// A lock that is not had in time, a request that an operator ended, a server that does not
    /// write (yet).
    private static final Set<String> FOR_NOW = Set.of("55P03", "57014", "25006");

    private SharedFailure() {}

    /// The server or the way to it was lost, or was not there in the first place.
    static boolean isLost(Throwable failure) {
        String state = state(failure);
        return failure instanceof SQLTransientConnectionException
                || state.startsWith("08")
                || LOST.contains(state);
    }

    /// No connection could be had.
    static boolean isOutOfReach(SQLException failure) {
        return failure instanceof SQLTransientConnectionException;
    }

    /// The server has not answered in time, in the end.
    static boolean isSilent(SQLException failure) {
        return Stream.iterate((Throwable) failure, Objects::nonNull, Throwable::getCause)
                .anyMatch(SocketTimeoutException.class::isInstance);
    }

    /// Another transaction was in the way, and this one was undone.
    static boolean isConflict(SQLException failure) {
        return TOOK_TURNS.contains(state(failure));
    }

    /// The same can succeed later, without anybody's change of it.
    static boolean isForNow(@Nullable Throwable failure) {
        return failure != null
                && (isLost(failure)
                        || TOOK_TURNS.contains(state(failure))
                        || FOR_NOW.contains(state(failure))
                        || state(failure).startsWith("53"));
    }

    static boolean isInDoubt(Throwable failure) {
        return state(failure).equals(IN_DOUBT);
    }

    private static String state(Throwable failure) {
        String state = failure instanceof SQLException sql ? sql.getSQLState() : null;
        return state == null ? "" : state;
    }
}
