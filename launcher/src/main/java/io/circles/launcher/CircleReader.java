package io.circles.launcher;

import io.circles.server.CircleConfig;
import io.circles.server.Limits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the circles of a file one after the other and remembers what no two of them can both have.
/// Not thread-safe.
final class CircleReader {
    private static final String NAME_FORM = "1 to 63 of a-z, 0-9 and -";
    private static final List<String> SCRIPTS = List.of("script", "script_path");
    private static final List<String> OF_LATER_VERSIONS =
            List.of("http", "secrets", "webhooks", "sigsocket", "mpc");

    private final Path folder;
    private final Limits defaults;
    private final CircleKeyReader keys;
    private final Map<String, String> placesOfNames = new HashMap<>();
    private final TakenPorts ports;

    /// @param folder to which paths are relative
    /// @param defaults the limits of a circle that says nothing else
    CircleReader(
            Path folder,
            Path data,
            Map<String, String> environment,
            int sharedPort,
            Limits defaults) {
        this.folder = folder;
        this.ports = new TakenPorts(sharedPort);
        this.defaults = defaults;
        this.keys = new CircleKeyReader(folder, data, environment);
    }

    /// One circle; to be thrown away if there were problems.
    CircleEntry read(ConfigReader circle) {
        String name = circle.required("name", NAME_FORM).flatMap(this::name).orElse("");
        String host = AddressReader.host(circle);
        CircleEntry entry =
                new CircleEntry(
                        name,
                        keys.read(circle, name),
                        keys.madeFor(name).path(),
                        host,
                        circle.field("port").flatMap(CirclesReader::port),
                        AddressReader.origins(circle, host),
                        AddressReader.webOrigins(circle),
                        MembersReader.read(circle),
                        AccessReader.read(circle.section("access")),
                        LimitsReader.read(circle.section("limits"), defaults));
        ports.add(circle, entry);
        scripts(circle);
        OF_LATER_VERSIONS.forEach(
                later -> circle.field(later).ifPresent(CirclesReader::noEffectYet));
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

    private void scripts(ConfigReader circle) {
        SCRIPTS.forEach(name -> circle.field(name).ifPresent(this::script));
    }

    private void script(ConfigReader field) {
        Optional<Path> path = field.text(text -> ConfiguredPath.under(folder, text));
        if (path.isPresent() && !Files.isRegularFile(path.get())) {
            field.problem("there is no file " + path.get());
        }
        CirclesReader.noEffectYet(field);
    }
}
