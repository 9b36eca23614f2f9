package io.circles.script.host;

/// Why a request of a script was not sent or has no answer. The script may see the message: it says
/// no more than that the script could find out with its own requests, so it has no address, no
/// cause and no name of this machine.
public final class HttpFetchException extends RuntimeException {
    private static final long serialVersionUID = 1;

    HttpFetchException(String message) {
        super(message);
    }
}
