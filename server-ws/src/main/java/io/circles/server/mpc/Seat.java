package io.circles.server.mpc;

import org.jspecify.annotations.Nullable;

/// A party's place in a session. Immutable; kept as it is.
///
/// @param number of the party, from 1
/// @param holder id of the client
/// @param finished whether the party is done
/// @param gone whether the holder is a member of the group no more
/// @param index how the messages of a signing protocol call it
record Seat(int number, String holder, boolean finished, boolean gone, @Nullable Integer index) {

    Seat(int number, String holder) {
        this(number, holder, false, false, null);
    }

    Seat indexed(int by) {
        return new Seat(number, holder, finished, gone, by);
    }

    Seat done() {
        return new Seat(number, holder, true, gone, index);
    }

    Seat left() {
        return new Seat(number, holder, finished, true, index);
    }
}
