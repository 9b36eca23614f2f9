package io.circles.script.host;

import io.circles.protocol.Wildcard;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One entry of an [AllowList]. Immutable.
///
/// @param name in lower case
/// @param literal the address if the entry is one
/// @param ports to which requests may go
record AllowedHost(Wildcard name, @Nullable InetAddress literal, Set<Integer> ports) {
    private static final Pattern FORM =
            Pattern.compile(
                    "(?:\\[([0-9a-f:.]*:[0-9a-f:.]*)]|([a-z0-9*-]+(?:\\.[a-z0-9*-]+)*))(?::(\\d{1,5}))?");
    private static final int V6 = 1;
    private static final int NAME = 2;
    private static final int PORT = 3;
    private static final Set<Integer> USUAL_PORTS = Set.of(80, 443);
    private static final String THIS_MACHINE = "localhost";

    static AllowedHost parse(String entry) {
        Matcher form = FORM.matcher(entry.toLowerCase(Locale.ROOT));
        if (!form.matches()) {
            throw refused(entry);
        }
        String host = form.group(V6) == null ? form.group(NAME) : form.group(V6);
        Optional<InetAddress> literal = literal(entry, host);
        return new AllowedHost(
                Wildcard.of(host), literal.orElse(null), ports(entry, form.group(PORT)));
    }

    private static Optional<InetAddress> literal(String entry, String host) {
        try {
            return host.indexOf('*') < 0 ? IpLiteral.of(host) : Optional.empty();
        } catch (HttpFetchException e) {
            throw refused(entry);
        }
    }

    private static Set<Integer> ports(String entry, @Nullable String port) {
        if (port == null) {
            return USUAL_PORTS;
        }
        int number = Integer.parseInt(port);
        if (number < 1 || number > 0xffff) {
            throw refused(entry);
        }
        return Set.of(number);
    }

    private static IllegalArgumentException refused(String entry) {
        return new IllegalArgumentException(
                ("'%s' is no allowed host: it is a name such as api.example.com or *.example.com,"
                                + " 127.0.0.1 or [::1], with a port (1 to 65535) or without, and"
                                + " nothing before or after it")
                        .formatted(entry));
    }

    boolean allows(Target target) {
        return ports.contains(target.port()) && allowsHost(target);
    }

    // a pattern never has an address: 10.* might be meant to
    private boolean allowsHost(Target target) {
        return literal == null
                ? target.literal() == null && name.matches(target.host())
                : literal.equals(target.literal());
    }

    Reach reach() {
        if (literal != null) {
            return Reach.LISTED;
        }
        return name.toString().equals(THIS_MACHINE) ? Reach.LOOPBACK : Reach.PUBLIC;
    }
}
