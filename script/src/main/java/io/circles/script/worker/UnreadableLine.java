package io.circles.script.worker;

import java.io.IOException;

/// What came over a link is not what the other end may say. Whoever reads it ends the worker.
final class UnreadableLine extends IOException {
    private static final long serialVersionUID = 1;

    UnreadableLine(String what) {
        super(what);
    }

    UnreadableLine(String what, Throwable cause) {
        super(what, cause);
    }
}
