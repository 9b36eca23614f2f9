package io.circles.script.redis;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a Redis listens. Immutable.
///
/// @param tls whether the connection is encrypted
/// @param host a name or an address, without brackets
/// @param port 1 to 65,535
/// @param database 0 to 999; Redis itself has 16 where nothing else is said
public record RedisAddress(boolean tls, String host, int port, int database) {
    /// What can be read: port 6379 and database 0 where they are left out. No user and no password:
    /// they would be shown with it.
    public static final Pattern FORM =
            Pattern.compile(
                    "(rediss?)://([A-Za-z0-9_.-]+|\\[[0-9A-Fa-f:.]+\\])"
                            + "(?::([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}"
                            + "|655[0-2][0-9]|6553[0-5]))?(?:/(0|[1-9][0-9]{0,2})?)?");

    private static final String DEFAULT_PORT = "6379";
    private static final String DEFAULT_DATABASE = "0";

    /// Reads `redis://HOST:PORT/DATABASE`, or `rediss:` for TLS.
    ///
    /// @throws IllegalArgumentException for anything else; it does not show the text, which may
    ///     have a password in it
    public static RedisAddress parse(String url) {
        Matcher parts = FORM.matcher(url);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "must be redis://HOST:PORT/DATABASE, or rediss: for TLS, such as"
                            + " redis://127.0.0.1:6379/0; user and password are fields of their own");
        }
        String host = parts.group(2);
        return new RedisAddress(
                parts.group(1).equals("rediss"),
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                number(parts.group(3), DEFAULT_PORT),
                number(parts.group(4), DEFAULT_DATABASE));
    }

    private static int number(String given, String byDefault) {
        return Integer.parseInt(given == null ? byDefault : given);
    }

    /// As it is read.
    @Override
    public String toString() {
        String name = host.contains(":") ? "[" + host + "]" : host;
        return (tls ? "rediss" : "redis") + "://" + name + ":" + port + "/" + database;
    }
}
