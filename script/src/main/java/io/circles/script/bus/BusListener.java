package io.circles.script.bus;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// Told what happens on a [BusLine]: one thing after the other, on a virtual thread of the line's,
/// which may block for a while. What waits for it is bounded; past that it is a [#gap].
public interface BusListener {
    /// Another node serves the circle, too. It knows nothing of this one yet.
    void joined(String node);

    /// What a node that has joined says.
    void received(String node, ObjectNode message);

    /// Something that a node said was lost, or something that it was told: both begin anew, as if
    /// it had just joined.
    void gap(String node);

    /// A node serves the circle no more, or was not heard for seconds. One of that name does not
    /// come back, unless it was only cut off.
    void left(String node);
}
