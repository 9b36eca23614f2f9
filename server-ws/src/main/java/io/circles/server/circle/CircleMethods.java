package io.circles.server.circle;

import io.circles.protocol.CircleApi;
import io.circles.protocol.Params;
import io.circles.protocol.SignApi;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Capability;
import io.circles.script.state.StateStore;
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
    /// @param scripts runs what is played and called
    /// @param store where the circle's events are kept
    /// @param runsAtOnce how many scripts and functions one connection runs at once
    public static MethodRegistry of(
            PublicKey circle, CircleScripts scripts, StateStore store, int runsAtOnce) {
        SessionMethods session = new SessionMethods(circle);
        ScriptMethods script = new ScriptMethods(scripts);
        EventMethods event = new EventMethods(store);
        SignMethods sign = new SignMethods();
        Ordering runs = new Ordering.Concurrent("runs", runsAtOnce);
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
                                script::play),
                        new RpcMethod<>(
                                "call",
                                Params.of(CircleApi.Call.class),
                                Optional.of(Capability.CALL),
                                runs,
                                script::call),
                        new RpcMethod<>(
                                "subscribe",
                                Params.of(CircleApi.Subscribe.class),
                                Optional.of(Capability.READ),
                                IN_ORDER,
                                event::subscribe),
                        open("unsubscribe", CircleApi.Unsubscribe.class, event::unsubscribe),
                        open("sign_listen", None.class, (call, none) -> sign.listen(call)),
                        open("sign_respond", SignApi.Respond.class, sign::respond),
                        open("sign_reject", SignApi.Reject.class, sign::reject)));
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
