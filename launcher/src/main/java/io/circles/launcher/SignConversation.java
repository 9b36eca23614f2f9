package io.circles.launcher;

import io.circles.client.SignHandler;
import io.circles.protocol.crypto.PublicKey;

/// Talks with whoever decides what a key signs. [#line] and [#finish] are called by one thread, the
/// handler's methods by several.
interface SignConversation extends SignHandler {

    /// The key listens at a circle now; nothing is asked before.
    void begin(PublicKey key, PublicKey circle);

    /// The connection is lost, or is back: says so to whoever reads standard error.
    void tell(String notice);

    /// Takes a line of input. May block until it is wanted.
    void line(String line) throws InterruptedException;

    /// The input has ended. Blocks until what was decided has been answered.
    void finish() throws InterruptedException;

    /// The command ends: nothing is asked any more.
    void leave();
}
