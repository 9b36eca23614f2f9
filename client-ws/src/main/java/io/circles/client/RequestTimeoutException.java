package io.circles.client;

import io.circles.protocol.DurationText;
import java.time.Duration;

/// No answer came in time. The circle was asked to cancel the request; whether it was carried out
/// before that is not known. The connection stays as it is.
public final class RequestTimeoutException extends ClientException {
    private static final long serialVersionUID = 1;

    RequestTimeoutException(String method, Duration timeout) {
        super("%s was not answered within %s".formatted(method, DurationText.of(timeout)), null);
    }
}
