package io.circles.client;

import org.jspecify.annotations.Nullable;

/// Whoever holds the key cannot sign now, but perhaps later: the device is not plugged in, the
/// service does not answer. For a [Signer] to throw. A client that connects again goes on trying;
/// whatever else a signer throws is taken for a refusal and ends it.
public final class SignerUnavailableException extends ClientException {
    private static final long serialVersionUID = 1;

    /// @param message says in a sentence what is not there
    public SignerUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
