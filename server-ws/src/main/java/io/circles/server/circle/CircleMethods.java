package io.circles.server.circle;

import io.circles.protocol.CircleApi;
import io.circles.protocol.Params;
import io.circles.protocol.SignApi;
import io.circles.protocol.WebhookApi;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Capability;
import io.circles.script.state.StateStore;
import io.circles.server.mpc.RelayCall;
import io.circles.server.mpc.RelayCalls;
import io.circles.server.rpc.MethodRegistry;
import io.circles.server.rpc.Ordering;
import io.circles.server.rpc.RpcMethod;
import io.circles.server.session.Session;
import io.circles.server.webhook.Webhooks;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What can be called on a circle.
public final class CircleMethods {
    private static final Ordering IN_ORDER = new Ordering.InOrder();
    private static final Ordering EXCLUSIVE = new Ordering.Exclusive();

    private CircleMethods() {}

    /// No params at all.
    private record None() {}

    /// The methods of one circle.
    ///
    /// @param circle the circle's key
    /// @param scripts runs what is played and called
    /// @param store where the circle's events are kept
    /// @param webhooks the circle's
    /// @param runsAtOnce how many scripts and functions one connection runs at once
    public static MethodRegistry of(
            PublicKey circle,
            CircleScripts scripts,
            StateStore store,
            Webhooks webhooks,
            int runsAtOnce) {
        SessionMethods session = new SessionMethods(circle);
        ScriptMethods script = new ScriptMethods(scripts);
        EventMethods event = new EventMethods(store);
        SignMethods sign = new SignMethods();
        WebhookMethods webhook = new WebhookMethods(webhooks);
        Ordering runs = new Ordering.Concurrent("runs", runsAtOnce);
        List<RpcMethod<?>> own =
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
                        open("sign_reject", SignApi.Reject.class, sign::reject),
                        admin(
                                "webhook_list",
                                WebhookApi.ListEvents.class,
                                (call, params) -> webhook.list(params)),
                        admin(
                                "webhook_show",
                                WebhookApi.OneEvent.class,
                                (call, params) -> webhook.show(params)),
                        admin(
                                "webhook_replay",
                                WebhookApi.OneEvent.class,
                                (call, params) -> webhook.replay(params)),
                        admin(
                                "webhook_discard",
                                WebhookApi.OneEvent.class,
                                (call, params) -> webhook.discard(params)));
        return new MethodRegistry(Stream.concat(own.stream(), relayMethods()).toList());
    }

    private static Stream<RpcMethod<?>> relayMethods() {
        return RelayCalls.ALL.stream().<RpcMethod<?>>map(CircleMethods::relay);
    }

    private static <P extends Record> RpcMethod<P> relay(RelayCall<P> wanted) {
        return new RpcMethod<>(
                wanted.method(),
                wanted.params(),
                Optional.of(Capability.RELAY),
                EXCLUSIVE,
                (call, params) ->
                        call.relay().turn(Session.proven(call.identity()).key(), wanted, params));
    }

    private static <P extends Record> RpcMethod<P> admin(
            String name, Class<P> params, RpcMethod.Handler<P> handler) {
        return new RpcMethod<>(
                name, Params.of(params), Optional.of(Capability.ADMIN), IN_ORDER, handler);
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
