package io.circles.protocol;

/// Text on its way to the wire: how long it is there, and whether it can be written at all.
public final class Utf8 {
    private static final int MOST_BYTES_OF_A_CHAR = 3;
    private static final char REPLACEMENT = '\uFFFD';

    private Utf8() {}

    /// The length in bytes; a surrogate without its other half counts as the replacement character.
    public static long length(String text) {
        long length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                length += 1;
            } else if (c < 0x800 || isPaired(text, i)) {
                length += 2;
            } else {
                length += 3;
            }
        }
        return length;
    }

    /// Whether it obviously fits, without reading it. False means: not so obviously.
    public static boolean fits(String text, long bytes) {
        return text.length() <= bytes / MOST_BYTES_OF_A_CHAR;
    }

    /// The same text, with the replacement character for each surrogate without its other half:
    /// JavaScript has such texts, UTF-8 has not.
    public static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isLone(text, i)) {
                return replaceFrom(text, i);
            }
        }
        return text;
    }

    private static String replaceFrom(String text, int first) {
        StringBuilder whole = new StringBuilder(text);
        for (int i = first; i < text.length(); i++) {
            if (isLone(text, i)) {
                whole.setCharAt(i, REPLACEMENT);
            }
        }
        return whole.toString();
    }

    private static boolean isLone(String text, int i) {
        return Character.isSurrogate(text.charAt(i)) && !isPaired(text, i);
    }

    private static boolean isPaired(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1));
        }
        return Character.isLowSurrogate(c)
                && i > 0
                && Character.isHighSurrogate(text.charAt(i - 1));
    }
}
