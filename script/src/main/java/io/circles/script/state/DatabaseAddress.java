package io.circles.script.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.circles.protocol.crypto.PublicKey;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Where the states are that many servers share, and as whom. Immutable; holds a secret, which it
/// does not show.
///
/// @param url `jdbc:postgresql://host:port/database`, with settings of the driver such as
///     `?sslmode=verify-full` if need be
/// @param user without one it is the system's user
/// @param password without one the server must not want any
public record DatabaseAddress(String url, Optional<String> user, Optional<String> password) {
    private static final String PREFIX = "jdbc:postgresql://";
    private static final Pattern FORM = Pattern.compile("jdbc:postgresql://[^/?@]+/[^/?]+([?].*)?");

    /// What stands in fields of their own, or is not to be changed.
    private static final Set<String> NOT_IN_URL =
            Set.of("user", "password", "currentSchema", "circle");

    private static final Pattern OF_A_CIRCLE =
            Pattern.compile(
                    "(.+?)[?&](?:user=([^&]*)&)?(?:password=([^&]*)&)?circle=([0-9a-f]{66})");

    /// @throws IllegalArgumentException if the URL is none; it does not show the URL, which may
    ///     have a password in it
    public DatabaseAddress {
        Matcher form = FORM.matcher(url);
        if (settings(url).anyMatch(NOT_IN_URL::contains)) {
            throw new IllegalArgumentException(
                    "has none of "
                            + String.join(", ", NOT_IN_URL.stream().sorted().toList())
                            + " in it; user and password are fields of their own");
        }
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "must be such as jdbc:postgresql://db.example.com:5432/circles, without a user or a password");
        }
    }

    private static Stream<String> settings(String url) {
        int mark = url.indexOf('?');
        return mark < 0
                ? Stream.empty()
                : Stream.of(url.substring(mark + 1).split("&", -1))
                        .map(setting -> setting.replaceFirst("=.*", ""));
    }

    /// A circle's state there.
    record OfCircle(DatabaseAddress database, String circle) {}

    /// The URL under which runs read the state of a circle: with user and password, so it is told
    /// only to those who run them, and never logged.
    public String readUrl(PublicKey circle) {
        StringBuilder text = new StringBuilder(url).append(url.contains("?") ? '&' : '?');
        user.ifPresent(name -> text.append("user=").append(encoded(name)).append('&'));
        password.ifPresent(word -> text.append("password=").append(encoded(word)).append('&'));
        return text.append("circle=").append(circle.hex()).toString();
    }

    static boolean isShared(String url) {
        return url.startsWith(PREFIX);
    }

    /// What a URL for runs says.
    ///
    /// @throws IllegalArgumentException if it is none
    static OfCircle parse(String readUrl) {
        Matcher parts = OF_A_CIRCLE.matcher(readUrl);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not the URL of a circle's state");
        }
        return new OfCircle(
                new DatabaseAddress(
                        parts.group(1),
                        Optional.ofNullable(parts.group(2)).map(DatabaseAddress::decoded),
                        Optional.ofNullable(parts.group(3)).map(DatabaseAddress::decoded)),
                parts.group(4));
    }

    /// What may be shown of a state's URL.
    static String shown(String url) {
        return isShared(url) ? url.replaceFirst("[?].*", "") : url;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, UTF_8);
    }

    /// Host and database only.
    @Override
    public String toString() {
        return shown(url);
    }
}
