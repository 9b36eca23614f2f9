package io.circles.client;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// How a client reaches its circle. Immutable.
///
/// @param connectTimeout for dialling, a proxy's tunnel, TLS and the upgrade together
/// @param keepAlive see [Pulse]
/// @param maxMessageBytes how long a message of the circle may be
/// @param headers of the upgrade, besides its own
/// @param tls whom to trust; null for whom this JVM trusts
/// @param proxy null for none
record TransportSettings(
        Duration connectTimeout,
        Duration keepAlive,
        long maxMessageBytes,
        Map<String, String> headers,
        @Nullable SSLContext tls,
        @Nullable HttpProxy proxy) {
    private static final long LEAST_MESSAGE_BYTES = 1024;
    private static final Duration LEAST_KEEP_ALIVE = Duration.ofMillis(100);
    private static final Duration MOST_KEEP_ALIVE = Duration.ofDays(1);
    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\t -~]{0,8192}");
    private static final Set<String> OWN_HEADERS = Set.of("host", "upgrade", "connection");

    TransportSettings {
        ClientSettings.positive("connectTimeout", connectTimeout);
        if (maxMessageBytes < LEAST_MESSAGE_BYTES || maxMessageBytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "maxMessageBytes is from 1024 to 2147483647, not " + maxMessageBytes);
        }
        if (keepAlive.compareTo(LEAST_KEEP_ALIVE) < 0 || keepAlive.compareTo(MOST_KEEP_ALIVE) > 0) {
            throw new IllegalArgumentException(
                    "keepAlive is from 100 milliseconds to a day, not " + keepAlive);
        }
        headers = Map.copyOf(headers);
    }

    /// @throws IllegalArgumentException when it is no header that may be added; does not say what
    ///     its value was
    static void checkHeader(String name, String value) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (OWN_HEADERS.contains(lower) || lower.startsWith("sec-websocket-")) {
            throw new IllegalArgumentException("the header " + name + " is the upgrade's own");
        }
        if (!HEADER_NAME.matcher(name).matches() || !HEADER_VALUE.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "a header has a name of letters, digits and hyphens, and a value of at most"
                            + " 8192 printable ASCII characters");
        }
    }
}
