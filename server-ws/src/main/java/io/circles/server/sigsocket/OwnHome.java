package io.circles.server.sigsocket;

import io.circles.server.store.SignEnds;
import io.circles.server.store.SignRow;
import io.circles.server.store.SignStore;
import io.circles.server.store.Writing;
import java.util.List;

/// This node, which keeps its requests in its own file.
record OwnHome(SignStore store) implements Home {
    @Override
    public Writing<SignEnds> ending(List<SignRow> requests, Outcome outcome) {
        return store.ending(requests, outcome.end());
    }

    @Override
    public void delivered(SignRow request) {
        store.deliveredLater(request);
    }

    @Override
    public void late(SignRow request, SignState answer) {
        store.lateLater(request, answer.word());
    }
}
