package io.circles.client;

/// The text that the server gave to sign is not a log-in for the circle that was dialled, so
/// nothing was signed. Someone stands in between, the address is another circle's, or the server is
/// broken. Trying again does not help.
public final class UntrustedCircleException extends ClientException {
    private static final long serialVersionUID = 1;
    private static final int SHOWN = 200;

    private final String line;
    private final String expected;
    private final String actual;

    UntrustedCircleException(String line, String expected, String actual) {
        super(
                "nothing was signed: in the text to sign, %s should be %s, but is %s"
                        .formatted(line, expected, shown(actual)),
                null);
        this.line = line;
        this.expected = expected;
        this.actual = shown(actual);
    }

    /// The name of the line that is wrong, such as `origin`, or `proof`, which stands beside the
    /// text.
    public String line() {
        return line;
    }

    /// What would have been right.
    public String expected() {
        return expected;
    }

    /// What was there instead: at most 200 characters, unprintable ones as `?`.
    public String actual() {
        return actual;
    }

    private static String shown(String text) {
        String clipped = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
        return '"' + clipped.replaceAll("[^ -~]", "?") + '"';
    }
}
