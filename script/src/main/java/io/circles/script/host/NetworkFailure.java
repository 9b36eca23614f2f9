package io.circles.script.host;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.util.zip.ZipException;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;

/// What a script is told of a failed exchange: whose it is and at which step, and nothing of what
/// the library says, which has addresses in it.
final class NetworkFailure {
    private NetworkFailure() {}

    static HttpFetchException describe(Target target, IOException failure) {
        return switch (failure) {
            case ConnectException e -> cannotConnect(target);
            case ConnectTimeoutException e -> cannotConnect(target);
            case NoRouteToHostException e -> cannotConnect(target);
            case SSLException e ->
                    new HttpFetchException("cannot agree on TLS with " + target.name());
            case MessageConstraintException e -> headersTooBig(target);
            case ZipException e ->
                    new HttpFetchException(target.name() + " answered with broken gzip");
            case NoHttpResponseException e -> ended(target);
            case ConnectionClosedException e -> ended(target);
            default ->
                    new HttpFetchException(
                            "the connection to %s failed before its answer was whole"
                                    .formatted(target.name()));
        };
    }

    static HttpFetchException headersTooBig(Target target) {
        return new HttpFetchException(target.name() + " answered with too many or too big headers");
    }

    private static HttpFetchException cannotConnect(Target target) {
        return new HttpFetchException("cannot connect to " + target.name());
    }

    private static HttpFetchException ended(Target target) {
        return new HttpFetchException(
                target.name() + " closed the connection before its answer was whole");
    }
}
