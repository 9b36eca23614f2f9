package io.circles.server.session;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// How the numbers of an IPv6 address are written: the same one always in the same way.
final class Ipv6 {
    /// Two or more groups of zeros in Java's own spelling, `0:0:0:0:0:0:0:1`.
    private static final Pattern ZEROS = Pattern.compile("\\b0(?::0)+\\b");

    private Ipv6() {}

    /// The spelling of RFC 5952: lower-case, and the longest run of zeros as `::`.
    ///
    /// @param host in brackets, as it stands in a URL; what is no plain address stays as it is, in
    ///     lower-case
    static String spelling(String host) {
        String literal = host.substring(1, host.length() - 1);
        try {
            boolean plain = !literal.contains("%");
            if (plain && InetAddress.ofLiteral(literal) instanceof Inet6Address address) {
                return "[" + shortened(address.getHostAddress()) + "]";
            }
        } catch (IllegalArgumentException e) {
            // no address at all, so it matches nothing but itself
        }
        return host.toLowerCase(Locale.ROOT);
    }

    private static String shortened(String groups) {
        return ZEROS.matcher(groups)
                .results()
                .max(Comparator.comparingInt(Ipv6::length).thenComparingInt(run -> -run.start()))
                .map(run -> around(groups, run))
                .orElse(groups);
    }

    private static int length(MatchResult run) {
        return run.end() - run.start();
    }

    private static String around(String groups, MatchResult run) {
        String before = groups.substring(0, run.start());
        String after = groups.substring(run.end());
        return (before.isEmpty() ? ":" : before) + (after.isEmpty() ? ":" : after);
    }
}
