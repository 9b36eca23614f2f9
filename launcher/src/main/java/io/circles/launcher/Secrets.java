package io.circles.launcher;

import java.util.Map;

/// What a circle's own functions may know. Immutable; shows names only.
///
/// @param values each secret by its name
record Secrets(Map<String, String> values) {
    Secrets {
        values = Map.copyOf(values);
    }

    @Override
    public String toString() {
        return "Secrets" + values.keySet();
    }
}
