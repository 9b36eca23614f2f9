package io.circles.server.event;

import io.circles.protocol.Wildcard;
import io.circles.script.state.LoggedEffect;
import io.circles.script.state.StateStore;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// What a new subscription is sent of the past. Immutable.
///
/// @param events oldest first
/// @param until the number up to which this is the past
/// @param prev number after which nothing is missing
/// @param gap whether something before that is
record Replay(List<Event> events, long until, long prev, boolean gap) {
    /// So many effects are read at a time.
    private static final int PAGE = 32;

    Replay {
        events = List.copyOf(events);
    }

    /// Nothing of the past.
    static Replay none(long until) {
        return new Replay(List.of(), until, until, false);
    }

    /// Reads from the log what is still kept.
    ///
    /// @param after from there on, not included
    /// @param until up to there, included
    /// @param room how many bytes it may be; what is older is left out, which is a gap
    static Replay read(StateStore log, Wildcard topic, long after, long until, long room)
            throws InterruptedException {
        if (after > until) {
            return new Replay(List.of(), until, until, true);
        }
        Reading reading = new Reading(topic, after, room);
        while (reading.at < until) {
            List<LoggedEffect> page = log.effects(reading.at, PAGE);
            if (page.isEmpty()) {
                reading.missing(until);
            }
            page.stream().filter(e -> e.number() <= until).forEach(reading::take);
            reading.passed(page, until);
        }
        return new Replay(List.copyOf(reading.events), until, reading.prev, reading.prev != after);
    }

    private static final class Reading {
        private final Wildcard topic;
        private final Deque<Event> events = new ArrayDeque<>();
        private long room;
        private long at;
        private long prev;

        Reading(Wildcard topic, long after, long room) {
            this.topic = topic;
            this.room = room;
            this.at = after;
            this.prev = after;
        }

        void take(LoggedEffect effect) {
            if (effect.number() > at + 1) {
                missing(effect.number() - 1);
            }
            at = effect.number();
            Event.of(effect).filter(event -> topic.matches(event.topic())).ifPresent(this::add);
        }

        private void add(Event event) {
            events.add(event);
            room -= event.data().length();
            while (room < 0) {
                Event oldest = events.remove();
                room += oldest.data().length();
                prev = oldest.seq();
            }
        }

        private void missing(long upTo) {
            events.clear();
            at = upTo;
            prev = upTo;
        }

        private void passed(List<LoggedEffect> page, long until) {
            if (!page.isEmpty() && page.getLast().number() > until && at < until) {
                missing(until);
            }
        }
    }
}
