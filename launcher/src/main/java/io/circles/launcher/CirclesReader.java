package io.circles.launcher;

import io.circles.script.redis.RedisSettings;
import io.circles.script.state.DatabaseAddress;
import io.circles.server.CircleConfig;
import io.circles.server.Limits;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads circles.json: an array of circles, or an object with the array in `circles`.
///
/// @param folder the folder of the file, to which its paths are relative
/// @param givenData takes the place of the data folder that the file names
/// @param hidden what no page may publish
/// @param keys whether the circles' keys are needed
record CirclesReader(
        Path folder,
        Optional<Path> givenData,
        Map<String, String> environment,
        PrivateFiles hidden,
        boolean keys) {
    private static final int MAX_PORT = 65_535;

    /// What the file says; to be thrown away if there were problems. It has no warnings yet.
    CirclesFile read(ConfigReader root) {
        return root.isArray() ? array(root) : object(root);
    }

    private CirclesFile array(ConfigReader root) {
        return new CirclesFile(
                dataFolder("data"),
                CircleConfig.DEFAULT_PORT,
                Workers.DEFAULTS,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                circles(dataFolder("data"), CircleConfig.DEFAULT_PORT, Limits.DEFAULTS, root),
                List.of());
    }

    private CirclesFile object(ConfigReader root) {
        Optional<ConfigReader> list =
                root.required("circles", "an array of circles such as [{\"name\": \"alpha\"}]");
        Path data = data(root);
        int port =
                root.field("port").flatMap(CirclesReader::port).orElse(CircleConfig.DEFAULT_PORT);
        ConfigReader defaults = root.section("defaults");
        Limits limits = LimitsReader.read(defaults.section("limits"), Limits.DEFAULTS);
        defaults.refuseOtherFields();
        Workers workers = WorkersReader.read(root.section("workers"));
        Optional<Integer> admin = AdminReader.port(root);
        Optional<DatabaseAddress> state =
                new SharedStateReader(new SecretsReader(folder, environment)).read(root);
        Optional<RedisSettings> redis =
                new RedisReader(folder, new SecretsReader(folder, environment)).read(root);
        root.field("$schema").ifPresent(ConfigReader::text); // for editors
        root.refuseOtherFields();
        List<CircleEntry> circles =
                list.map(items -> circles(data, port, limits, items)).orElse(List.of());
        return new CirclesFile(data, port, workers, state, redis, admin, circles, List.of());
    }

    private List<CircleEntry> circles(Path data, int port, Limits limits, ConfigReader list) {
        CircleReader reader =
                new CircleReader(folder, data, environment, hidden, port, limits, keys);
        List<CircleEntry> circles = list.items().stream().map(reader::read).toList();
        if (circles.isEmpty() && list.isArray()) {
            list.problem("has no circle; one is at least {\"name\": \"alpha\"}");
        }
        return circles;
    }

    private Path data(ConfigReader root) {
        return root.field("data")
                .flatMap(field -> field.text(this::dataFolder))
                .orElseGet(() -> dataFolder("data"));
    }

    private Path dataFolder(String text) {
        return givenData.orElseGet(() -> ConfiguredPath.under(folder, text));
    }

    /// The port that a value is.
    static Optional<Integer> port(ConfigReader field) {
        return field.number(0, MAX_PORT).map(Long::intValue);
    }
}
