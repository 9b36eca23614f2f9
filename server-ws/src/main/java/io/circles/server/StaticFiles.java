package io.circles.server;

import io.circles.server.transport.Route;
import io.circles.server.transport.RoutePath;
import io.circles.server.transport.RouteRequest;
import io.circles.server.transport.RouteResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The files of a folder over HTTP. Only what is in the folder is served: no name that begins with
/// a dot, and nothing to which a link leads out of it.
///
/// @param folder read anew for each request
record StaticFiles(Path folder) {
    /// A page may use the memory of several threads only when no other page can look into it.
    static final Map<String, String> ISOLATED =
            Map.of(
                    "Cross-Origin-Embedder-Policy", "require-corp",
                    "Cross-Origin-Opener-Policy", "same-origin");

    private static final Logger LOG = LoggerFactory.getLogger(StaticFiles.class);
    private static final String INDEX = "index.html";
    private static final String PATH = "path";
    private static final long MOST_BYTES = 64L << 20;

    private static final Map<String, String> TYPES =
            Map.ofEntries(
                    Map.entry("css", "text/css;charset=utf-8"),
                    Map.entry("html", "text/html;charset=utf-8"),
                    Map.entry("ico", "image/x-icon"),
                    Map.entry("jpeg", "image/jpeg"),
                    Map.entry("jpg", "image/jpeg"),
                    Map.entry("js", "text/javascript;charset=utf-8"),
                    Map.entry("json", RouteResponse.JSON),
                    Map.entry("map", RouteResponse.JSON),
                    Map.entry("mjs", "text/javascript;charset=utf-8"),
                    Map.entry("png", "image/png"),
                    Map.entry("svg", "image/svg+xml"),
                    Map.entry("txt", "text/plain;charset=utf-8"),
                    Map.entry("wasm", "application/wasm"),
                    Map.entry("webp", "image/webp"),
                    Map.entry("woff2", "font/woff2"));

    List<Route> routes() {
        return List.of(
                Route.get(RoutePath.of(""), request -> answer(request, INDEX)),
                Route.get(
                        RoutePath.of("{" + PATH + "}"),
                        request -> answer(request, request.parameter(PATH))));
    }

    private RouteResponse answer(RouteRequest request, String path) {
        try {
            Optional<Path> file = find(path);
            if (file.isEmpty()) {
                return missing();
            }
            return isFolder(path) ? moved(path) : content(request, file.get());
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("a file cannot be read");
            return missing();
        }
    }

    private static RouteResponse missing() {
        return RouteResponse.text(404, "There is no such file here.\n");
    }

    /// Links of a page lead on from its folder only when its address ends so.
    private boolean isFolder(String path) {
        return !path.endsWith("/") && Files.isDirectory(folder.resolve(path));
    }

    /// The place is relative, for the server may be below a path of a proxy or of a key.
    private static RouteResponse moved(String path) throws IOException {
        String name = path.substring(path.lastIndexOf('/') + 1);
        try {
            String place = new URI(null, null, "./" + name + "/", null).toASCIIString();
            return RouteResponse.empty(301).with("Location", place);
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    private Optional<Path> find(String asked) throws IOException {
        boolean wantsFolder = asked.endsWith("/");
        String path = wantsFolder ? asked.substring(0, asked.length() - 1) : asked;
        boolean plain =
                Arrays.stream(path.split("/", -1))
                        .allMatch(
                                step ->
                                        !step.isEmpty()
                                                && !step.startsWith(".")
                                                && step.indexOf('\\') < 0);
        if (!plain) {
            return Optional.empty();
        }
        try {
            Path root = folder.toRealPath();
            Path file = root.resolve(path).toRealPath();
            if (wantsFolder && !Files.isDirectory(file)) {
                return Optional.empty();
            }
            Path page = Files.isDirectory(file) ? file.resolve(INDEX).toRealPath() : file;
            return page.startsWith(root) && !isHidden(root, page) && isFile(page)
                    ? Optional.of(page)
                    : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static boolean isFile(Path page) {
        return Files.isRegularFile(page) && Files.isReadable(page);
    }

    /// A link may lead to it.
    private static boolean isHidden(Path root, Path page) {
        for (Path step : root.relativize(page)) {
            if (step.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    private static RouteResponse content(RouteRequest request, Path file) throws IOException {
        BasicFileAttributes known = Files.readAttributes(file, BasicFileAttributes.class);
        if (known.size() > MOST_BYTES) {
            LOG.atWarn().addKeyValue("file", file).log("is too big to be served");
            return missing();
        }
        long changed = known.lastModifiedTime().to(TimeUnit.NANOSECONDS);
        String tag = "\"%x-%x\"".formatted(changed, known.size());
        RouteResponse response =
                request.header("If-None-Match").filter(tag::equals).isPresent()
                        ? RouteResponse.empty(304)
                        : RouteResponse.file(type(file), file, known.size());
        return response.with("ETag", tag).with("Cache-Control", "no-cache");
    }

    private static String type(Path file) {
        String name = file.toString();
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return TYPES.getOrDefault(ending, "application/octet-stream");
    }
}
