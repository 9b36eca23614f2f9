package io.circles.server;

import io.circles.protocol.crypto.KeyPair;
import io.circles.script.CircleModule;
import io.circles.server.session.Access;
import io.circles.server.session.Members;
import io.circles.server.session.Origin;
import io.circles.server.webhook.provider.Webhook;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// All that one circle is made of. Make one with [#builder]. Immutable; holds secrets, so it is
/// never logged.
///
/// @param name how logs and messages call it: `[a-z0-9-]{1,63}`
/// @param key its identity
/// @param host the address it listens on; circles with the same host and port share it
/// @param port the port it listens on, 0 to 65535; 0 means any free one
/// @param origins the addresses by which clients reach it; empty means its host and port (and
///     `localhost` on a loopback address), which a wildcard address does not allow
/// @param webOrigins pages that may connect besides the circle's own; `*` for every page
/// @param members who belongs to it
/// @param access what each rank may do
/// @param limits its bounds
/// @param data the folder of its state; without one the state lives in a temporary folder, which is
///     deleted when the circle is closed
/// @param module its own functions, if it has any
/// @param handlers exports of the module that only the server may run, besides those that
///     [CircleModule#isHandler] names
/// @param httpAllow hosts to which its scripts may send requests, as `host`, `host:port` or with
///     `*` for any run of characters
/// @param secrets what its own functions may know, by name
/// @param sigSocket how it asks for signatures besides over its own protocol
/// @param webhooks whose events it handles, each by another name
/// @param mpc how it relays messages besides over its own protocol
public record CircleConfig(
        String name,
        KeyPair key,
        String host,
        int port,
        List<Origin> origins,
        List<String> webOrigins,
        Members members,
        Access access,
        Limits limits,
        Optional<Path> data,
        Optional<CircleModule> module,
        Set<String> handlers,
        List<String> httpAllow,
        Map<String, String> secrets,
        SigSocketConfig sigSocket,
        List<Webhook> webhooks,
        MpcConfig mpc) {
    /// The form of a circle's name.
    public static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,63}");

    /// Where a circle listens when nothing else is said.
    public static final String DEFAULT_HOST = "127.0.0.1";

    /// The port of circles that have none of their own.
    public static final int DEFAULT_PORT = 9000;

    private static final int MAX_PORT = 65_535;

    public CircleConfig {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a circle's name is 1 to 63 of a-z, 0-9 and -, not \"" + name + "\"");
        }
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("a port is from 0 to 65535, not " + port);
        }
        origins = List.copyOf(origins);
        webOrigins = List.copyOf(webOrigins);
        handlers = Set.copyOf(handlers);
        httpAllow = List.copyOf(httpAllow);
        secrets = Map.copyOf(secrets);
        webhooks = List.copyOf(webhooks);
        if (webhooks.stream().map(Webhook::name).distinct().count() < webhooks.size()) {
            throw new IllegalArgumentException("two webhooks of a circle have the same name");
        }
    }

    /// Names the circle only: the rest may be secret.
    @Override
    public String toString() {
        return "CircleConfig[" + name + "]";
    }

    /// Starts from the defaults.
    public static Builder builder(String name, KeyPair key) {
        return new Builder(name, key);
    }

    /// Collects the settings of a circle. Not thread-safe.
    public static final class Builder {
        private final String name;
        private final KeyPair key;
        private String host = DEFAULT_HOST;
        private int port = DEFAULT_PORT;
        private List<Origin> origins = List.of();
        private List<String> webOrigins = List.of();
        private Members members = Members.NONE;
        private Access access = Access.DEFAULTS;
        private Limits limits = Limits.DEFAULTS;
        private Optional<Path> data = Optional.empty();
        private Optional<CircleModule> module = Optional.empty();
        private Set<String> handlers = Set.of();
        private List<String> httpAllow = List.of();
        private Map<String, String> secrets = Map.of();
        private SigSocketConfig sigSocket = SigSocketConfig.OFF;
        private List<Webhook> webhooks = List.of();
        private MpcConfig mpc = MpcConfig.OFF;

        private Builder(String name, KeyPair key) {
            this.name = name;
            this.key = key;
        }

        /// The name or address it listens on; [#DEFAULT_HOST] unless said otherwise.
        public Builder host(String value) {
            host = value;
            return this;
        }

        /// The port it listens on, 0 for any free one; [#DEFAULT_PORT] unless said otherwise.
        public Builder port(int value) {
            port = value;
            return this;
        }

        /// The addresses by which clients reach it, in place of its host and port. The first is
        /// that of its [CircleServer#url].
        public Builder origins(List<Origin> value) {
            origins = value;
            return this;
        }

        /// Pages that may connect besides its own, as browsers send them in `Origin`: lower-case,
        /// without the port that is the scheme's own, such as `https://www.example.com`. None
        /// unless said otherwise; `*` for every page.
        public Builder webOrigins(List<String> value) {
            webOrigins = value;
            return this;
        }

        /// Who belongs to it; nobody but its own key unless said otherwise.
        public Builder members(Members value) {
            members = value;
            return this;
        }

        /// What each rank may do; [Access#DEFAULTS] unless said otherwise.
        public Builder access(Access value) {
            access = value;
            return this;
        }

        /// Its bounds; [Limits#DEFAULTS] unless said otherwise.
        public Builder limits(Limits value) {
            limits = value;
            return this;
        }

        /// The folder of its state, made when there is something to keep; unless said otherwise
        /// what it keeps is gone when it is closed.
        public Builder data(Path folder) {
            data = Optional.of(folder);
            return this;
        }

        /// Its own functions; none unless said otherwise.
        public Builder module(CircleModule value) {
            module = Optional.of(value);
            return this;
        }

        /// Exports that only the server may run, besides those named `on` and a capital letter.
        public Builder handlers(Set<String> names) {
            handlers = names;
            return this;
        }

        /// Hosts to which its scripts may send requests; none unless said otherwise.
        public Builder httpAllow(List<String> hosts) {
            httpAllow = hosts;
            return this;
        }

        /// What its own functions may know, by name.
        public Builder secrets(Map<String, String> values) {
            secrets = values;
            return this;
        }

        /// Which devices of the original protocol it asks for signatures, and for whom over HTTP;
        /// [SigSocketConfig#OFF] unless said otherwise.
        public Builder sigSocket(SigSocketConfig value) {
            sigSocket = value;
            return this;
        }

        /// Whose events it handles, each by another name; nobody's unless said otherwise. What
        /// their routes name is a handler without being named in [#handlers].
        public Builder webhooks(List<Webhook> value) {
            webhooks = value;
            return this;
        }

        /// How it relays messages besides over its own protocol; [MpcConfig#OFF] unless said
        /// otherwise.
        public Builder mpc(MpcConfig value) {
            mpc = value;
            return this;
        }

        /// The circle as collected.
        ///
        /// @throws IllegalArgumentException if a setting is out of its range
        public CircleConfig build() {
            return new CircleConfig(
                    name,
                    key,
                    host,
                    port,
                    origins,
                    webOrigins,
                    members,
                    access,
                    limits,
                    data,
                    module,
                    handlers,
                    httpAllow,
                    secrets,
                    sigSocket,
                    webhooks,
                    mpc);
        }
    }
}
