package io.circles.launcher;

import io.circles.server.CircleConfig;
import io.circles.server.Limits;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Reads the circles of a file one after the other and remembers what no two of them can both have.
/// Not thread-safe.
final class CircleReader {
    private static final String NAME_FORM = "1 to 63 of a-z, 0-9 and -";

    private final Path folder;
    private final Path data;
    private final MpcReader mpc;
    private final Limits defaults;
    private final CircleKeyReader keys;
    private final SecretsReader secrets;
    private final WebhooksReader webhooks;
    private final Map<String, String> placesOfNames = new HashMap<>();
    private final TakenPorts ports;

    /// @param folder to which paths are relative
    /// @param defaults the limits of a circle that says nothing else
    /// @param keys whether the circles' keys are needed
    CircleReader(
            Path folder,
            Path data,
            Map<String, String> environment,
            PrivateFiles hidden,
            int sharedPort,
            Limits defaults,
            boolean keys) {
        this.folder = folder;
        this.data = data;
        this.mpc = new MpcReader(folder, data, hidden);
        this.ports = new TakenPorts(sharedPort);
        this.defaults = defaults;
        this.secrets = new SecretsReader(folder, environment);
        this.webhooks = new WebhooksReader(secrets);
        this.keys = new CircleKeyReader(folder, data, environment, keys);
    }

    /// One circle; to be thrown away if there were problems.
    CircleEntry read(ConfigReader circle) {
        String name = circle.required("name", NAME_FORM).flatMap(this::name).orElse("");
        String host = AddressReader.host(circle);
        Optional<LoadedModule> module = module(circle);
        CircleEntry entry =
                new CircleEntry(
                        name,
                        keys.read(circle, name),
                        data.resolve(name),
                        host,
                        circle.field("port").flatMap(CirclesReader::port),
                        AddressReader.origins(circle, host),
                        AddressReader.webOrigins(circle),
                        MembersReader.read(circle),
                        AccessReader.read(circle.section("access")),
                        LimitsReader.read(circle.section("limits"), defaults),
                        module,
                        HttpReader.allowed(circle.section("http")),
                        secrets.read(circle.section("secrets")),
                        new SigSocketReader(secrets).read(circle.section("sigsocket"), host),
                        webhooks.read(circle.section("webhooks"), module.isPresent()),
                        mpc.read(circle.section("mpc")));
        ports.add(circle, entry);
        circle.refuseOtherFields();
        return entry;
    }

    private Optional<String> name(ConfigReader field) {
        Optional<String> name = field.text();
        if (name.isPresent() && !CircleConfig.NAME.matcher(name.get()).matches()) {
            return field.mustBe(NAME_FORM);
        }
        if (name.filter(DataLock.NAME::equals).isPresent()) {
            field.problem("is the name of a file in the data folder; choose another");
        }
        name.map(text -> placesOfNames.putIfAbsent(text, field.place()))
                .ifPresent(other -> field.problem("is the name of another circle, " + other));
        return name;
    }

    /// `script_path` is what the original calls it.
    private Optional<LoadedModule> module(ConfigReader circle) {
        Optional<ConfigReader> script = circle.field("script");
        Optional<ConfigReader> path = circle.field("script_path");
        if (script.isPresent() && path.isPresent()) {
            path.get().problem("says the same as script; leave one of them out");
        }
        return script.or(() -> path).flatMap(field -> field.text(this::module));
    }

    private LoadedModule module(String path) {
        try {
            return LoadedModule.of(new ModuleFiles(ConfiguredPath.under(folder, path)));
        } catch (LauncherException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
