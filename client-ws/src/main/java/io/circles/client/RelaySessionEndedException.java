package io.circles.client;

import io.circles.protocol.RelayApi;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A relay session is over before this party was done with it: somebody or the circle aborted it,
/// it has expired, or all have finished it. What was computed in it is void; begin a new one.
public final class RelaySessionEndedException extends ClientException {
    private static final long serialVersionUID = 1;

    private final transient Ending ending;

    RelaySessionEndedException(String session, Ending ending) {
        super("relay session " + session + " has ended: " + ending.description(), null);
        this.ending = ending;
    }

    /// Why, as whoever ended it said. The text of another party is that party's own.
    public String reason() {
        return ending.reason();
    }

    /// The number of the party that aborted it; empty when it was the circle or this client.
    public Optional<Integer> by() {
        return Optional.ofNullable(ending.by());
    }

    /// The numbers of the parties that are said to have broken the protocol. Whoever aborts says
    /// what they like here: evidence is the protocol's matter.
    public List<Integer> accused() {
        return ending.accused();
    }

    /// The numbers of the parties that were missing when it ended.
    public List<Integer> missing() {
        return ending.missing();
    }

    /// How many seats nobody had taken when it expired.
    public int openSeats() {
        return ending.openSeats();
    }

    /// How a session ended.
    record Ending(
            String reason,
            @Nullable Integer by,
            List<Integer> accused,
            List<Integer> missing,
            int openSeats) {
        Ending {
            accused = List.copyOf(accused);
            missing = List.copyOf(missing);
        }

        static Ending of(RelayApi.SessionAborted event) {
            return new Ending(event.reason(), event.by(), event.accused(), event.missing(), 0);
        }

        static Ending of(RelayApi.SessionExpired event) {
            String reason = "nothing was done in it for too long";
            return new Ending(reason, null, List.of(), event.missing(), event.openSeats());
        }

        static Ending of(String reason) {
            return new Ending(reason, null, List.of(), List.of(), 0);
        }

        static Ending accusing(String reason, int party) {
            return new Ending(reason, null, List.of(party), List.of(), 0);
        }

        String description() {
            return reason
                    + (by == null ? "" : " (party " + by + ")")
                    + (accused.isEmpty() ? "" : ", accused " + accused)
                    + (missing.isEmpty() ? "" : ", missing " + missing)
                    + (openSeats == 0 ? "" : ", " + openSeats + " seats were not taken");
        }
    }
}
