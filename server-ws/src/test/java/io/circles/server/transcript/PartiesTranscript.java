package io.circles.server.transcript;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A conversation of several connections with one circle, in a file. Empty lines and those that
/// begin with `#` are for people; the rest begin with the name of a connection.
///
/// - `alice> TEXT` is sent as one text frame, as it is but for the placeholders of [Names];
/// - `alice< JSON` is the next frame that must come to it;
/// - `alice< close CODE` means that the server closes it.
///
/// At the end nothing more may have come to any: `END` is sent on each, and must be answered next.
///
/// @param name the file's name without its ending
public record PartiesTranscript(String name, List<String> lines) {
    private static final Pattern LINE = Pattern.compile("(\\w+)([<>]) (.*)");
    private static final String END = "{\"jsonrpc\":\"2.0\",\"id\":\"the end\",\"method\":\"END\"}";

    /// All transcripts of a folder of the test resources.
    public static List<PartiesTranscript> in(String folder) {
        try {
            Path path =
                    Path.of(
                            Objects.requireNonNull(
                                            PartiesTranscript.class.getResource(
                                                    "/transcripts/" + folder))
                                    .toURI());
            try (Stream<Path> files = Files.list(path)) {
                return files.sorted().map(PartiesTranscript::read).toList();
            }
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PartiesTranscript read(Path file) {
        try {
            String name = Objects.requireNonNull(file.getFileName()).toString();
            return new PartiesTranscript(
                    name.replace(".txt", ""), Files.readString(file, UTF_8).lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Replays it.
    ///
    /// @param connect connects one of those whose names stand before the lines
    /// @throws AssertionError at the first line that is not as expected, by its number
    public void replay(Function<String, Conversation> connect) throws InterruptedException {
        Map<String, Conversation> parties = new LinkedHashMap<>();
        try {
            Names names = new Names();
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                if (!line.isBlank() && !line.startsWith("#")) {
                    play(line, name + ":" + (i + 1), names, parties, connect);
                }
            }
            for (Map.Entry<String, Conversation> party : parties.entrySet()) {
                party.getValue().send(END);
                String last = party.getValue().receive();
                if (!last.contains("\"the end\"")) {
                    throw new AssertionError(
                            name + ": at the end came to " + party.getKey() + " " + last);
                }
            }
        } finally {
            parties.values().forEach(Conversation::close);
        }
    }

    private static void play(
            String line,
            String place,
            Names names,
            Map<String, Conversation> parties,
            Function<String, Conversation> connect)
            throws InterruptedException {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw new AssertionError(place + ": begins with no name and < or >");
        }
        Conversation party = parties.computeIfAbsent(parts.group(1), connect);
        String text = parts.group(3);
        if (parts.group(2).equals(">")) {
            party.send(names.fill(text));
            return;
        }
        String came = party.receive();
        if (text.startsWith("close ")) {
            parties.remove(parts.group(1));
        }
        boolean closes = text.startsWith("close ") || came.startsWith("close ");
        boolean same =
                closes ? text.equals(came) : names.matches(json(text, place), json(came, place));
        if (!same) {
            throw new AssertionError("%s%nexpected %s%nbut came %s".formatted(place, text, came));
        }
    }

    private static JsonNode json(String text, String place) {
        try {
            return Json.parse(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(place + ": is not JSON: " + text, e);
        }
    }
}
