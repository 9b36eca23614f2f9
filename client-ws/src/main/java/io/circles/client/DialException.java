package io.circles.client;

import io.circles.protocol.DurationText;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.OptionalInt;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// No connection came about: an unknown host, nobody listening, a certificate that is not trusted,
/// an upgrade that was refused, no answer in time.
public final class DialException extends ClientException {
    private static final long serialVersionUID = 1;
    private static final int NOT_FOUND = 404;

    private final int httpStatus;

    private DialException(String message, int httpStatus, @Nullable Throwable cause) {
        super(message, cause);
        this.httpStatus = httpStatus;
    }

    /// The status of the HTTP answer that refused the upgrade, such as 403 (a `Host` or `Origin`
    /// that is not the circle's), 404 (no such circle here) or 503 (full or stopping); empty when
    /// it did not get so far.
    public OptionalInt httpStatus() {
        return httpStatus == 0 ? OptionalInt.empty() : OptionalInt.of(httpStatus);
    }

    static DialException late(Endpoint endpoint, Duration timeout) {
        String message =
                "%s did not take the connection within %s"
                        .formatted(endpoint.origin(), DurationText.of(timeout));
        return new DialException(message, 0, null);
    }

    static DialException of(Endpoint endpoint, Throwable cause) {
        String origin = endpoint.origin();
        return switch (cause) {
            case RefusedUpgrade e when e.status() == NOT_FOUND ->
                    new DialException(
                            "%s has no circle at %s: %s"
                                    .formatted(origin, endpoint.path(), e.getMessage()),
                            e.status(),
                            e);
            case RefusedUpgrade e ->
                    new DialException(origin + ": " + e.getMessage(), e.status(), e);
            case UnknownHostException e ->
                    failed(
                            "no connection to %s: the host %s is not found"
                                    .formatted(origin, e.getMessage()),
                            e);
            case SocketTimeoutException e -> failed(origin + " does not answer", e);
            case ConnectException e -> failed("nothing listens at " + origin, e);
            case SSLException e -> failed(origin + " is not trusted: " + e.getMessage(), e);
            case Throwable e -> failed("no connection to " + origin + ": " + e.getMessage(), e);
        };
    }

    private static DialException failed(String message, Throwable cause) {
        return new DialException(message, 0, cause);
    }

    /// The server answered the upgrade with something else than "switching protocols".
    static final class RefusedUpgrade extends IOException {
        private static final long serialVersionUID = 1;

        private final int status;

        RefusedUpgrade(String message, int status) {
            super(message);
            this.status = status;
        }

        int status() {
            return status;
        }
    }
}
