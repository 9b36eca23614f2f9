package io.circles.server.sigsocket;

/// Something that can show requests to whoever holds a key. Calls come from any thread, one at a
/// time, and must not block: whatever they are about waits for them.
public interface Device {
    /// A request is to be shown. No more than 1 MiB of them, or one, is shown at a time.
    ///
    /// @param cause id of the run that asked for it, or empty
    void requested(SignRequest request, String cause);

    /// A request that was shown is no longer to be answered here.
    void closed(SignRequest request, SignState state);
}
