package io.circles.script.wire;

import java.io.IOException;

/// What came over a link is not what the other end may say. Whoever reads it ends the worker.
public final class UnreadableMessage extends IOException {
    private static final long serialVersionUID = 1;

    public UnreadableMessage(String what) {
        super(what);
    }

    public UnreadableMessage(String what, Throwable cause) {
        super(what, cause);
    }
}
