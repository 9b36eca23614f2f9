package io.circles.server.sigsocket;

import io.circles.server.store.SignEnds;
import io.circles.server.store.SignRow;
import io.circles.server.store.Writing;
import java.util.List;

/// The node that has taken requests: it alone decides what becomes of them, and keeps it. Nothing
/// here blocks.
interface Home {
    /// Requests are to end. What becomes of that is decided in the order of the calls.
    Writing<SignEnds> ending(List<SignRow> requests, Outcome outcome);

    /// A device was handed a request, and none before.
    void delivered(SignRow request);

    /// A device has answered a request that was over.
    void late(SignRow request, SignState answer);
}
