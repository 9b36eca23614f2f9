package io.circles.launcher;

/// How the `circles` command ends. The texts stand in every `--help`.
public enum ExitCode {
    OK(0, "all went well; for up, events and sign-agent: it was told to stop, and did"),
    REFUSED(1, "the script failed, or the circle refused the request"),
    USAGE(2, "the command line is wrong"),
    CONFIGURATION(3, "circles.json, or a key that it or the command line names, is wrong"),
    NOT_STARTED(4, "could not start or write a file: port taken, data in use, no permission"),
    NOT_CONNECTED(5, "cannot connect, or the connection was lost, or no good answer came in time"),
    UNPROVEN(
            6,
            "an identity was refused: the caller's by the circle, or the circle's by the caller; or"
                    + " there is no such circle"),
    AUDIT(7, "an audit is broken or cut, or cannot be read"),
    INTERNAL(70, "a fault of this program");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    /// The status of the process.
    public int number() {
        return number;
    }

    /// When a command ends so, in a few words.
    public String meaning() {
        return meaning;
    }
}
