package io.circles.server.transcript;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.circles.protocol.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// One conversation in a file. Empty lines and those that begin with `#` are for people.
///
/// - `> TEXT` is sent as one text frame, as it is but for the placeholders of [Names];
/// - `< JSON` is the next frame that must come;
/// - `<~ JSON` likewise, but consecutive lines of this kind may come in any order;
/// - `< close CODE` means that the server closes.
///
/// At the end nothing more may have come: `whoami` is asked and must be answered next, unless the
/// connection was closed.
///
/// @param name the file's name without its ending
public record Transcript(String name, List<String> lines) {
    private static final String LAST =
            "{\"jsonrpc\":\"2.0\",\"id\":\"the end\",\"method\":\"whoami\"}";

    /// All transcripts of a folder of the test resources.
    public static List<Transcript> in(String folder) {
        try {
            Path path =
                    Path.of(
                            Objects.requireNonNull(
                                            Transcript.class.getResource("/transcripts/" + folder))
                                    .toURI());
            try (Stream<Path> files = Files.list(path)) {
                List<Transcript> all = files.sorted().map(Transcript::read).toList();
                assertThat(all).as("transcripts in " + folder).isNotEmpty();
                return all;
            }
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Transcript read(Path file) {
        try {
            String name = Objects.requireNonNull(file.getFileName()).toString();
            return new Transcript(
                    name.replace(".txt", ""), Files.readString(file, UTF_8).lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Replays it.
    ///
    /// @throws AssertionError at the first line that is not as expected, by its number
    public void replay(Conversation conversation) throws InterruptedException {
        Names names = new Names();
        boolean open = true;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith("> ")) {
                conversation.send(names.fill(line.substring(2)));
            } else if (line.startsWith("<~ ")) {
                List<String> group =
                        lines.stream().skip(i).takeWhile(l -> l.startsWith("<~ ")).toList();
                expectAll(group, conversation, names, i + 1);
                i += group.size() - 1;
            } else if (line.startsWith("< ")) {
                String expected = line.substring(2);
                expect(expected, conversation.receive(), names, i + 1);
                open = !expected.startsWith("close ");
            } else if (!line.isBlank() && !line.startsWith("#")) {
                throw new AssertionError(name + ":" + (i + 1) + ": begins with neither > < nor #");
            }
        }
        if (open) {
            conversation.send(LAST);
            assertThat(conversation.receive()).as(name + ": at the end").contains("\"the end\"");
        }
    }

    private void expectAll(List<String> group, Conversation conversation, Names names, int number)
            throws InterruptedException {
        ArrayNode wanted = Json.array();
        ArrayNode came = Json.array();
        for (String line : group) {
            wanted.add(json(line.substring(3), name + ":" + number));
            came.add(json(conversation.receive(), name + ":" + number));
        }
        expect(Json.write(wanted), Json.write(came), names, number);
    }

    private void expect(String expected, String actual, Names names, int number) {
        String place = name + ":" + number;
        if (expected.startsWith("close ") || actual.startsWith("close ")) {
            assertThat(actual).as(place).isEqualTo(expected);
            return;
        }
        JsonNode wanted = json(expected, place);
        JsonNode came = json(actual, place);
        if (!names.matches(wanted, came)) {
            throw new AssertionError(
                    "%s%nexpected %s%nbut came %s".formatted(place, expected, actual));
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
