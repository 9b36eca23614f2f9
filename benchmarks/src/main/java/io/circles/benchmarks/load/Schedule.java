package io.circles.benchmarks.load;

/// When which lane sends, for one pace and one run. For the generator's thread; times are in the
/// nanoseconds of the JVM.
abstract sealed class Schedule {
    static Schedule of(Pace pace, long start) {
        return switch (pace) {
            case Pace.AfterAnswer after -> new AfterAnswer(after.pause().toNanos());
            case Pace.Fixed fixed -> new Fixed(start, (long) (1e9 / fixed.perSecond()));
        };
    }

    /// When the next request is due, if `lane` is the one that is free for longest.
    abstract long due(Lane lane);

    /// A request was sent that was due then; from when its latency counts.
    abstract long sent(long due, long now);

    private static final class AfterAnswer extends Schedule {
        private final long pause;

        AfterAnswer(long pause) {
            this.pause = pause;
        }

        @Override
        long due(Lane lane) {
            return lane.since() + pause;
        }

        @Override
        long sent(long due, long now) {
            return now;
        }
    }

    private static final class Fixed extends Schedule {
        /// A selector waits in whole milliseconds: being late by less is its doing.
        private static final long TIMER = 1_000_000;

        private final long interval;
        private long next;

        Fixed(long start, long interval) {
            this.next = start;
            this.interval = interval;
        }

        @Override
        long due(Lane lane) {
            return next;
        }

        @Override
        long sent(long due, long now) {
            next = due + interval;
            return now - due <= TIMER ? now : due;
        }
    }
}
