package io.circles.client;

import org.jspecify.annotations.Nullable;

/// A failure that the circle did not report: what went wrong between here and there, or there in a
/// way that the protocol does not allow.
///
/// A circle that answers with an error is not one of these: that is
/// [CircleException][io.circles.protocol.CircleException], with the circle's own words. The kinds
/// are few, one for each thing a caller can do about it: dial again ([DialException]), stop and
/// look ([UntrustedCircleException]), perhaps repeat ([ConnectionLostException]), get the key's
/// holder back ([SignerUnavailableException]), wait longer ([RequestTimeoutException];
/// [RelayTimeoutException] when it is others of a relay session who are late), begin a new relay
/// session ([RelaySessionEndedException]), report a bug ([BadReplyException]).
public abstract sealed class ClientException extends RuntimeException
        permits DialException,
                UntrustedCircleException,
                ConnectionLostException,
                SignerUnavailableException,
                RequestTimeoutException,
                RelayTimeoutException,
                RelaySessionEndedException,
                BadReplyException {
    private static final long serialVersionUID = 1;

    ClientException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
