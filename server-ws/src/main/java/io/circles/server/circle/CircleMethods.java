package io.circles.server.circle;

import io.circles.protocol.CircleApi;
import io.circles.protocol.Params;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Capability;
import io.circles.script.ScriptLimits;
import io.circles.script.ScriptRunner;
import io.circles.server.rpc.MethodRegistry;
import io.circles.server.rpc.Ordering;
import io.circles.server.rpc.RpcMethod;
import java.util.List;
import java.util.Optional;

/// What can be called on a circle.
public final class CircleMethods {
    private static final Ordering IN_ORDER = new Ordering.InOrder();

    private CircleMethods() {}

    /// No params at all.
    private record None() {}

    /// The methods of one circle.
    ///
    /// @param circle the circle's key
    /// @param scripts runs what is played
    /// @param scriptLimits what one run may use
    /// @param runsAtOnce how many scripts one connection runs at once
    public static MethodRegistry of(
            PublicKey circle, ScriptRunner scripts, ScriptLimits scriptLimits, int runsAtOnce) {
        SessionMethods session = new SessionMethods(circle);
        ScriptMethods script = new ScriptMethods(circle, scripts, scriptLimits);
        Ordering runs = new Ordering.Concurrent(runsAtOnce);
        return new MethodRegistry(
                List.of(
                        open("fetch_nonce", CircleApi.FetchNonce.class, session::fetchNonce),
                        open("authenticate", SessionMethods.AUTHENTICATE, session::authenticate),
                        open("whoami", None.class, (call, none) -> session.whoami(call)),
                        open("logout", None.class, (call, none) -> session.logout(call)),
                        open("cancel", CircleApi.Cancel.class, session::cancel),
                        open(
                                "rpc.discover",
                                None.class,
                                (call, none) -> OpenRpcDocument.document()),
                        new RpcMethod<>(
                                "play",
                                Params.of(CircleApi.Play.class),
                                Optional.of(Capability.PLAY),
                                runs,
                                script::play)));
    }

    private static <P extends Record> RpcMethod<P> open(
            String name, Class<P> params, RpcMethod.Handler<P> handler) {
        return open(name, Params.of(params), handler);
    }

    private static <P extends Record> RpcMethod<P> open(
            String name, Params<P> params, RpcMethod.Handler<P> handler) {
        return new RpcMethod<>(name, params, Optional.empty(), IN_ORDER, handler);
    }
}
