package io.circles.script.engine;

import io.circles.protocol.CircleApi;

/// Tells what another thread has really allocated from a wild reading of its counter.
///
/// HotSpot adds what is used of the thread's allocation buffer without any lock. A thread that is
/// just changing its buffer can show the difference of two unrelated pointers, up to gigabytes too
/// much, for as long as it gets no processor in between. So a reading past the limit counts when
/// there was one before and the thread has run since. Used by one thread at a time.
final class AllocationAlarm {
    private CircleApi.Usage last = new CircleApi.Usage(0, 0, 0);

    /// Takes a reading.
    ///
    /// @return whether the thread is past the limit, without doubt
    boolean isRaised(CircleApi.Usage reading, long limit) {
        CircleApi.Usage before = last;
        last = reading;
        return before.allocatedBytes() > limit
                && reading.allocatedBytes() > limit
                && (reading.allocatedBytes() != before.allocatedBytes()
                        || reading.cpuMs() != before.cpuMs());
    }
}
