package io.circles.launcher;

import io.circles.protocol.crypto.KeyPair;
import io.circles.script.redis.LocalCircle;
import io.circles.script.state.DatabaseAddress;
import io.circles.script.state.StateStore;
import io.circles.server.CircleConfig;
import io.circles.server.CircleServer;
import io.circles.server.Limits;
import io.circles.server.MpcConfig;
import io.circles.server.SigSocketConfig;
import io.circles.server.session.Access;
import io.circles.server.session.Members;
import io.circles.server.session.Origin;
import io.circles.server.store.ServerStore;
import io.circles.server.webhook.provider.Webhook;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// One circle of circles.json.
///
/// @param key its key; empty when there is none yet
/// @param data the folder of what it keeps: its state, and its key if it names none
/// @param ownPort empty when it shares the port of the file
/// @param module its own functions, if it has any
/// @param httpAllow hosts to which its scripts may send requests
/// @param secrets what its own functions may know
/// @param sigSocket how it asks for signatures besides over its own protocol
/// @param webhooks whose events it handles
/// @param mpc how it relays messages besides over its own protocol
record CircleEntry(
        String name,
        Optional<KeyPair> key,
        Path data,
        String host,
        Optional<Integer> ownPort,
        List<Origin> origins,
        List<String> webOrigins,
        Members members,
        Access access,
        Limits limits,
        Optional<LoadedModule> module,
        List<String> httpAllow,
        Secrets secrets,
        SigSocketConfig sigSocket,
        List<Webhook> webhooks,
        MpcConfig mpc) {

    /// The address that clients use, as the server tells it: the first of its origins, or else
    /// where it listens, and its key if there is one already.
    ///
    /// @param sharedPort where it listens if it has no port of its own
    String url(int sharedPort) {
        Origin origin =
                origins.isEmpty()
                        ? Origin.ws(host, ownPort.orElse(sharedPort))
                        : origins.getFirst();
        return key.map(pair -> origin + "/" + pair.publicKey().hex()).orElse(origin.toString());
    }

    /// Where its state is, unless a database has it.
    Path stateFile() {
        return data.resolve(CircleServer.STATE_FILE);
    }

    /// What a worker needs to know of it.
    ///
    /// @param shared the database that has the states of all circles, if one has
    LocalCircle local(Optional<DatabaseAddress> shared) {
        return new LocalCircle(
                key ->
                        Optional.of(
                                shared.map(address -> address.readUrl(key))
                                        .orElseGet(() -> StateStore.url(stateFile()))),
                secrets.values());
    }

    /// Where its server keeps its audit.
    Path serverFile() {
        return data.resolve(ServerStore.FILE);
    }

    /// What the server wants to know.
    ///
    /// @param key the circle's key
    /// @param sharedPort where it listens if it has no port of its own
    CircleConfig config(KeyPair key, int sharedPort) {
        CircleConfig.Builder config = CircleConfig.builder(name, key);
        module.map(LoadedModule::module).ifPresent(config::module);
        return config.data(data)
                .host(host)
                .port(ownPort.orElse(sharedPort))
                .origins(origins)
                .webOrigins(webOrigins)
                .members(members)
                .access(access)
                .limits(limits)
                .httpAllow(httpAllow)
                .secrets(secrets.values())
                .sigSocket(sigSocket)
                .webhooks(webhooks)
                .mpc(mpc)
                .build();
    }
}
