package io.circles.client;

import org.jspecify.annotations.Nullable;

/// The circle answered, but with a result that does not have the form it should have.
public final class BadReplyException extends ClientException {
    private static final long serialVersionUID = 1;

    BadReplyException(String method, String problem, @Nullable Throwable cause) {
        super("the result of %s is not as it should be: %s".formatted(method, problem), cause);
    }
}
