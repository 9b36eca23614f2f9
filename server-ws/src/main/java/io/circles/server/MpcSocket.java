package io.circles.server;

import io.circles.server.mpc.Client;
import io.circles.server.mpc.MpcRelay;
import io.circles.server.mpc.original.MpcEndpoint;
import io.circles.server.transport.Admission.Refused;
import io.circles.server.transport.Connection;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// `/mpc`: clients of the original relay. Thread-safe.
final class MpcSocket implements SocketEndpoint {
    private static final String RESUME = "resume";
    private static final int LEAST_SECRET = 32;
    private static final Refused SHORT_SECRET =
            new Refused(400, "resume has at least " + LEAST_SECRET + " characters.\n");

    private final MpcRelay relay;
    private final int queued;
    private final Supplier<String> ids;
    private final AtomicLong connections = new AtomicLong();

    /// @param queued how many requests of one connection may wait
    /// @param ids tells connections from each other, also from those before a restart
    MpcSocket(MpcRelay relay, int queued, Supplier<String> ids) {
        this.relay = relay;
        this.queued = queued;
        this.ids = ids;
    }

    /// A short secret could be guessed.
    @Override
    public Optional<Refused> refused(Dialled dialled) {
        return dialled.parameter(RESUME)
                .filter(secret -> secret.length() < LEAST_SECRET)
                .map(_ -> SHORT_SECRET);
    }

    /// @param dialled with the secret of a client that wants to be known again
    @Override
    public MpcEndpoint open(Connection connection, Dialled dialled) {
        return new MpcEndpoint(relay, client(dialled), queued, connection);
    }

    /// Who comes: the numbers begin anew with each start of the server, so they name only.
    Client client(Dialled dialled) {
        String number = Long.toString(connections.incrementAndGet());
        return dialled.parameter(RESUME)
                .map(secret -> Client.secret(secret, number))
                .orElseGet(() -> Client.connection(ids.get(), number));
    }
}
