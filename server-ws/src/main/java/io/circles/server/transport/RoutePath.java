package io.circles.server.transport;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where something is found below its circle, such as `status` or `connected/{public_key}`; the
/// circle itself is the empty path. Immutable.
///
/// A parameter is one step of the path; at the end it is all that is left, since keys in base64
/// have slashes.
public final class RoutePath {
    private static final Pattern PARAMETER = Pattern.compile("\\{([a-z_]+)}");
    private static final String STEP = "([^/]+)";
    private static final String REST = "(.+)";

    private final String template;
    private final Pattern pattern;
    private final List<String> parameters = new ArrayList<>();

    private RoutePath(String template) {
        this.template = template;
        StringBuilder regex = new StringBuilder();
        Matcher parameter = PARAMETER.matcher(template);
        int done = 0;
        while (parameter.find()) {
            regex.append(Pattern.quote(template.substring(done, parameter.start())));
            regex.append(parameter.end() == template.length() ? REST : STEP);
            parameters.add(parameter.group(1));
            done = parameter.end();
        }
        regex.append(Pattern.quote(template.substring(done)));
        this.pattern = Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    /// The path that is written so.
    public static RoutePath of(String template) {
        return new RoutePath(template);
    }

    /// Compares a decoded path with this one.
    ///
    /// @return the parameters by their names; empty when it is another path
    public Optional<Map<String, String>> match(String path) {
        Matcher match = pattern.matcher(path);
        if (!match.matches()) {
            return Optional.empty();
        }
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < parameters.size(); i++) {
            values.put(parameters.get(i), match.group(i + 1));
        }
        return Optional.of(Collections.unmodifiableMap(values));
    }

    @Override
    public String toString() {
        return template;
    }
}
