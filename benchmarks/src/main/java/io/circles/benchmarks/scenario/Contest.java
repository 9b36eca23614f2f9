package io.circles.benchmarks.scenario;

import io.circles.benchmarks.load.LoadGenerator;
import io.circles.benchmarks.load.Mix;
import io.circles.benchmarks.load.Pace;
import io.circles.benchmarks.server.MeasuredServer;
import io.circles.protocol.crypto.KeyPair;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// The same load on ours and the peer, in turns: both warm, then ours, peer, ours, peer.
///
/// @param ours the figures of our server
/// @param peer the figures of the peer
/// @param compiled whether our server compiles scripts: interpreted, it reaches no goal
record Contest(Side ours, Side peer, boolean compiled) {
    static Contest over(Sitting sitting, String name, Mix mix) throws IOException {
        return over(sitting, name, mix, mix);
    }

    /// A contest where the two are sent different things.
    static Contest over(Sitting sitting, String name, Mix ours, Mix peers) throws IOException {
        List<KeyPair> keys = sitting.keys(sitting.settings().connections());
        warm(sitting, sitting.circles(), name, ours, keys);
        warm(sitting, sitting.peer(), name, peers, keys);
        sitting.circles().awaitIdle();
        Contest contest = new Contest(new Side(), new Side(), sitting.circles().compiles());
        for (int pair = 0; pair < sitting.settings().pairs(); pair++) {
            sitting.say(name + ", pair " + (pair + 1));
            turn(sitting, sitting.circles(), ours, keys, contest.ours);
            turn(sitting, sitting.peer(), peers, keys, contest.peer);
        }
        return contest;
    }

    private static void warm(
            Sitting sitting, MeasuredServer server, String name, Mix mix, List<KeyPair> keys)
            throws IOException {
        sitting.say(name + ", warming up " + server.name());
        try (LoadGenerator load = LoadGenerator.connect(server.url(), keys)) {
            WarmUp.of(load, mix);
        }
    }

    /// On connections of its own: a server closes those that are silent while the other's turn is.
    private static void turn(
            Sitting sitting, MeasuredServer server, Mix mix, List<KeyPair> keys, Side side)
            throws IOException {
        try (LoadGenerator load = LoadGenerator.connect(server.url(), keys)) {
            Duration before = server.processes().cpu();
            var run = load.run(mix, Pace.closed(), sitting.settings().slice());
            side.add(run, server.processes().cpu().minus(before));
        }
    }

    /// How many times as many as the peer's.
    double ratio() {
        return ours.perSecond() / peer.perSecond();
    }

    /// A line about rates: at least `goal` times as many.
    Row row(String what, double goal) {
        return new Row(
                what + " /s",
                Row.number("%.0f", ours.perSecond()),
                Row.number("%.0f", peer.perSecond()),
                Row.ratio(ratio()),
                ours.detail() + " | peer: " + peer.detail(),
                Row.number("at least %.0f x", goal),
                Row.verdict(compiled && ratio() >= goal));
    }
}
