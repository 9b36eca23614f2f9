package io.circles.server.mpc;

import java.util.LinkedHashMap;
import java.util.Map;

/// So many things and no more: the one that was put in first is forgotten first. Not thread-safe.
final class Remembered<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;

    private final int most;

    Remembered(int most) {
        this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
    }
}
