package io.circles.script.engine;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A queue in which nobody waits behind all that somebody else has put in: owners take turns, and
/// each owner's elements keep their order. Its user bounds it.
///
/// Thread-safe; the lock guards the lines, in which the owner whose turn is next stands first, and
/// how many threads wait in [#take] and how many of them have been woken.
final class FairQueue<E> {
    private final Function<E, Object> owner;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Map<Object, Queue<E>> lines = new LinkedHashMap<>();
    private int waiting;
    private int woken;
    private boolean filledBefore;

    /// @param owner whose an element is
    FairQueue(Function<E, Object> owner) {
        this.owner = owner;
    }

    /// Adds an element, and wakes a thread that waits for one unless enough are awake: one that is
    /// comes for it without anybody having to wait for a thread to be woken.
    ///
    /// @param awake how many threads are at work and will come back
    /// @param enough how many that has to be, those included that were just woken
    void add(E element, int awake, int enough) {
        lock.lock();
        try {
            lines.computeIfAbsent(owner.apply(element), _ -> new ArrayDeque<>()).add(element);
            if (awake + woken < enough) {
                wake();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Wakes one more thread if there are elements, and were when this was asked last: those awake
    /// do not keep up.
    void relieve() {
        lock.lock();
        try {
            if (filledBefore && !lines.isEmpty()) {
                wake();
            }
            filledBefore = !lines.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        if (woken < waiting) {
            woken++;
            filled.signal();
        }
    }

    /// Waits for an element of the owner whose turn it is; that owner is last from now on.
    E take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (lines.isEmpty()) {
                waiting++;
                try {
                    filled.await();
                } finally {
                    waiting--;
                    woken = Math.max(0, woken - 1);
                }
            }
            return takeFirst();
        } finally {
            lock.unlock();
        }
    }

    /// An element of the owner whose turn it is, who is last from now on; null when there is none.
    @Nullable E poll() {
        lock.lock();
        try {
            return lines.isEmpty() ? null : takeFirst();
        } finally {
            lock.unlock();
        }
    }

    private E takeFirst() {
        Iterator<Map.Entry<Object, Queue<E>>> all = lines.entrySet().iterator();
        Map.Entry<Object, Queue<E>> first = all.next();
        Object whose = first.getKey();
        Queue<E> line = first.getValue();
        all.remove();
        E element = line.remove();
        if (!line.isEmpty()) {
            lines.put(whose, line);
        }
        return element;
    }

    /// Takes an element out of its line.
    ///
    /// @return false if it is not there
    boolean remove(E element) {
        lock.lock();
        try {
            Object whose = owner.apply(element);
            Queue<E> line = lines.get(whose);
            if (line == null || !line.remove(element)) {
                return false;
            }
            if (line.isEmpty()) {
                lines.remove(whose);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Takes all elements out.
    ///
    /// @return how many
    int drainTo(Collection<? super E> target) {
        lock.lock();
        try {
            int before = target.size();
            lines.values().forEach(target::addAll);
            lines.clear();
            return target.size() - before;
        } finally {
            lock.unlock();
        }
    }
}
