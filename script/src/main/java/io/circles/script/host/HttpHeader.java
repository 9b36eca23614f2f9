package io.circles.script.host;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// A header of a request or of an answer. Immutable.
///
/// @param name as it was written; upper and lower case mean the same
/// @param value one character for each byte (ISO 8859-1)
public record HttpHeader(String name, String value) {
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");
    private static final Pattern TEXT = Pattern.compile("[\\t\\x20-\\x7e\\xa0-\\xff]*");

    // what frames the message or belongs to the connection, and what this client decides itself
    private static final Set<String> RESERVED =
            Set.of(
                    "accept-encoding",
                    "connection",
                    "content-length",
                    "expect",
                    "host",
                    "http2-settings",
                    "keep-alive",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "via");

    private static final List<String> RESERVED_PREFIXES = List.of("proxy-", "sec-");

    /// Whether it has that name.
    ///
    /// @param lowerCaseName in lower case
    boolean is(String lowerCaseName) {
        return lowerCaseName().equals(lowerCaseName);
    }

    String lowerCaseName() {
        return name.toLowerCase(Locale.ROOT);
    }

    /// Refuses what a script must not send.
    ///
    /// @throws HttpFetchException with the name, never with the value, which may be a secret
    void checkSendable() {
        if (!TOKEN.matcher(name).matches()) {
            throw new HttpFetchException("a header's name is not a token of HTTP");
        }
        if (!TEXT.matcher(value).matches()) {
            throw new HttpFetchException(
                    "the header %s has a line break or another character that HTTP does not allow"
                            .formatted(name));
        }
        String lower = lowerCaseName();
        if (RESERVED.contains(lower) || RESERVED_PREFIXES.stream().anyMatch(lower::startsWith)) {
            throw new HttpFetchException("a script cannot set the header " + name);
        }
    }
}
