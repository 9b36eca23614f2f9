package io.circles.protocol;

import com.fasterxml.jackson.core.util.BufferRecycler;
import com.fasterxml.jackson.core.util.RecyclerPool;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// Jackson's buffers, which outlive the threads that use them: most of ours are virtual and live
/// for one message.
///
/// Each thread looks into one of a few places, by its number; there are many more than threads that
/// read or write at a time, so two seldom meet, and who finds nothing makes a new one. Thread-safe.
final class BufferPool implements RecyclerPool<BufferRecycler> {
    private static final long serialVersionUID = 1L;
    private static final int PLACES = 64;

    private final transient AtomicReferenceArray<BufferRecycler> places =
            new AtomicReferenceArray<>(PLACES);

    @Override
    public BufferRecycler acquirePooled() {
        BufferRecycler kept = places.getAndSet(place(), null);
        return kept == null ? new BufferRecycler() : kept;
    }

    @Override
    public void releasePooled(BufferRecycler pooled) {
        places.set(place(), pooled);
    }

    private static int place() {
        return (int) (Thread.currentThread().threadId() % PLACES);
    }

    @Override
    public int pooledCount() {
        int count = 0;
        for (int i = 0; i < PLACES; i++) {
            count += places.get(i) == null ? 0 : 1;
        }
        return count;
    }

    @Override
    public boolean clear() {
        for (int i = 0; i < PLACES; i++) {
            places.set(i, null);
        }
        return true;
    }
}
