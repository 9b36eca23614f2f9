package io.circles.client;

import java.time.Instant;

/// How a client stands with its circle: see [CircleClient#state()] and
/// [CircleClientBuilder#onState].
public sealed interface ClientState {

    /// It dials, logs in, and restores what it had. Requests wait.
    ///
    /// @param attempt from 1, since it was ready last
    record Connecting(int attempt) implements ClientState {}

    /// Requests go out, events come in.
    record Ready() implements ClientState {}

    /// The connection is lost, or an attempt has failed. Requests wait.
    ///
    /// @param until when it dials again, by this machine's clock
    /// @param why what was lost, or has failed: a [ClientException], or what the circle answered
    record Waiting(Instant until, RuntimeException why) implements ClientState {}

    /// It is over: requests fail, and that does not change any more.
    ///
    /// @param why [ConnectionLostException] when the client was closed, or lost its connection and
    ///     does not connect again; otherwise what made connecting again useless, such as
    ///     [UntrustedCircleException], the circle's refusal of the log-in, or what the signer
    ///     threw
    record Closed(RuntimeException why) implements ClientState {}
}
