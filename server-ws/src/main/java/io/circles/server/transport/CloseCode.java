package io.circles.server.transport;

/// The codes with which this server closes a connection (RFC 6455, section 7.4.1, and its
/// registry).
public final class CloseCode {
    /// The client broke a rule: too many failed authentications.
    public static final int POLICY_VIOLATION = 1008;

    /// The circle is being stopped or started anew; connect again soon.
    public static final int SERVICE_RESTART = 1012;

    /// The client does not keep up; connect again later.
    public static final int TRY_AGAIN_LATER = 1013;

    private CloseCode() {}
}
