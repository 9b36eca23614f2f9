package io.circles.benchmarks.scenario;

import java.util.List;
import java.util.Locale;

/// A line of the table.
///
/// @param what is measured, with its unit
/// @param ours empty where it does not apply, as are the next three
/// @param peer the same of the peer
/// @param ratio what the goal is about, if that is a ratio
/// @param detail latencies, processor time, what went wrong
/// @param goal empty for what is only shown
public record Row(
        String what,
        String ours,
        String peer,
        String ratio,
        String detail,
        String goal,
        Verdict verdict) {
    /// What a line says of its goal.
    public enum Verdict {
        /// It is reached.
        OK,
        /// It is missed, or could not be measured.
        FAIL,
        /// There is none.
        INFO
    }

    /// The table's heads, in the order of [#cells()].
    public static List<String> heads() {
        return List.of("WHAT", "OURS", "PEER", "RATIO", "GOAL", "", "DETAIL");
    }

    /// The texts of the line.
    public List<String> cells() {
        String said = verdict == Verdict.INFO ? "" : verdict.name();
        return List.of(what, ours, peer, ratio, goal, said, detail);
    }

    /// A line of something that could not be measured.
    public static Row failed(String what, String why) {
        return new Row(what, "", "", "", why, "", Verdict.FAIL);
    }

    static Verdict verdict(boolean reached) {
        return reached ? Verdict.OK : Verdict.FAIL;
    }

    static String number(String format, double number) {
        return String.format(Locale.ROOT, format, number);
    }

    static String ratio(double ratio) {
        return number("%.2f", ratio);
    }
}
