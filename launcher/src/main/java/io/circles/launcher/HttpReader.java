package io.circles.launcher;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads to which hosts scripts may send requests: `http.allow`.
final class HttpReader {
    private static final Pattern FORM =
            Pattern.compile(
                    "(?<host>[A-Za-z0-9*-]+([.][A-Za-z0-9*-]+)*|\\[[0-9A-Fa-f:.]+])(:(?<port>[^:]*))?");
    private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");
    private static final Pattern IP4 = Pattern.compile("[0-9.]*[.][0-9.]*");
    private static final int MAX_PORT = 65_535;

    private HttpReader() {}

    /// The hosts, in lower case.
    static List<String> allowed(ConfigReader http) {
        List<String> hosts =
                http.items("allow").stream()
                        .flatMap(item -> item.text(text -> host(text, item)).stream())
                        .toList();
        http.refuseOtherFields();
        return hosts;
    }

    private static String host(String text, ConfigReader item) {
        if (text.contains("/")) {
            throw wrong(
                    "must be a host only, such as api.example.com, without https:// and without a path");
        }
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw wrong(
                    "must be a host such as api.example.com, *.example.com, 127.0.0.1 or [::1], with a port"
                            + " or without, such as api.example.com:8443");
        }
        checkPort(parts.group("port"));
        checkAddress(parts.group("host"));
        if (parts.group("host").matches("[*]+")) {
            item.warning("lets scripts send requests to every host; name those that they need");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    private static void checkPort(@Nullable String port) {
        boolean fits =
                port == null
                        || (PORT.matcher(port).matches() && Integer.parseInt(port) <= MAX_PORT);
        if (!fits) {
            throw wrong("a port is from 1 to 65535");
        }
    }

    private static void checkAddress(String host) {
        boolean literal = host.startsWith("[") || IP4.matcher(host).matches();
        if (literal && !isAddress(host.replaceAll("[\\[\\]]", ""))) {
            throw wrong(host + " is no address");
        }
    }

    private static boolean isAddress(String text) {
        try {
            InetAddress.ofLiteral(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException(what);
    }
}
