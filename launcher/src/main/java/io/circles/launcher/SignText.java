package io.circles.launcher;

import io.circles.client.SignRequest;
import io.circles.protocol.SignDigest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A request to sign as a person reads it: what comes from others first, each of its lines behind a
/// bar and short enough not to be wrapped, so that none can pass for one of ours; then, below all
/// of that, what is known of it.
final class SignText {
    private static final Pattern TEXT =
            Pattern.compile("(?i)(text/|application/([a-z0-9.-]+\\+)?json\\b).*");
    private static final Pattern KEY = Pattern.compile("0[23][0-9a-f]{64}");
    private static final int MAX_WORD = 26;
    private static final int MAX_HEX_BYTES = 1024;
    private static final int HEX_BYTES_A_LINE = 16;

    private SignText() {}

    /// All of it, without the end of the last line.
    static String of(SignRequest request) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("request " + Printable.inline(request.id()));
        lines.add("message:");
        lines.addAll(message(request));
        lines.add("display:");
        lines.addAll(Printable.barred(request.display()));
        lines.addAll(field("from", request.requester()));
        lines.add("through   circle " + request.circle());
        lines.addAll(field("type", request.contentType()));
        lines.add("size      " + request.message().length + " bytes");
        lines.add("expires   " + request.expiresAt());
        lines.add("signs     " + signs(request.kind()));
        lines.add("digest    " + HexFormat.of().formatHex(request.digest()));
        return String.join("\n", lines);
    }

    /// What is longer than a short word or a key stands behind bars too.
    private static List<String> field(String name, String text) {
        String shown = Printable.inline(text);
        if (shown.length() <= MAX_WORD || KEY.matcher(text).matches()) {
            return List.of("%-10s%s".formatted(name, shown));
        }
        List<String> lines = new ArrayList<>(List.of(name + ":"));
        lines.addAll(Printable.barred(text));
        return lines;
    }

    private static String signs(SignDigest kind) {
        return switch (kind) {
            case SHA256 -> "sha256: the message alone, for whoever understands it, anywhere";
            case TAGGED -> "tagged: the message, for this requester in this circle only";
        };
    }

    private static List<String> message(SignRequest request) {
        byte[] message = request.message();
        return Optional.of(message)
                .filter(_ -> TEXT.matcher(request.contentType()).matches())
                .flatMap(SignText::text)
                .map(Printable::barred)
                .orElseGet(() -> hex(message));
    }

    private static Optional<String> text(byte[] message) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(message);
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static List<String> hex(byte[] message) {
        List<String> lines = new ArrayList<>();
        int shown = Math.min(message.length, MAX_HEX_BYTES);
        for (int from = 0; from < shown; from += HEX_BYTES_A_LINE) {
            byte[] part =
                    Arrays.copyOfRange(message, from, Math.min(shown, from + HEX_BYTES_A_LINE));
            lines.add("  | " + HexFormat.of().formatHex(part));
        }
        if (shown < message.length) {
            lines.add("  (" + (message.length - shown) + " more bytes are not shown)");
        }
        return lines.isEmpty() ? Printable.barred("") : lines;
    }
}
