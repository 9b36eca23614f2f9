package io.circles.launcher;

import io.circles.client.ClientState;
import java.time.Instant;
import java.util.function.Consumer;

/// Says when a client has lost its connection, and when it is back. The end is not said here: the
/// command ends with it. Used by one thread, the client's.
final class ConnectionNotices implements Consumer<ClientState> {
    private final Consumer<String> say;
    private boolean lost;

    ConnectionNotices(Consumer<String> say) {
        this.say = say;
    }

    @Override
    public void accept(ClientState state) {
        switch (state) {
            case ClientState.Waiting(Instant _, RuntimeException why) -> waiting(why);
            case ClientState.Ready() -> ready();
            case ClientState.Connecting(int _), ClientState.Closed(RuntimeException _) -> {}
        }
    }

    private void waiting(RuntimeException why) {
        if (!lost) {
            say.accept(Printable.of("no connection: " + why.getMessage() + "; trying again"));
            lost = true;
        }
    }

    private void ready() {
        if (lost) {
            say.accept("connected to the circle again");
            lost = false;
        }
    }
}
