package io.circles.script.state;

import io.circles.protocol.Utf8;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// What a key may be, and how keys are ordered: by code points, which is the order of their bytes
/// in UTF-8 and so that of the database; Java's own order differs above U+FFFF.
final class Keys {
    /// The longest key in UTF-8.
    static final int MOST_BYTES = 512;

    /// The order of keys.
    static final Comparator<String> ORDER = Keys::compare;

    private static final char FIRST = '\u0001';
    private static final int AFTER_SURROGATES = Character.MAX_SURROGATE + 1;

    private Keys() {}

    /// Passes a key on.
    ///
    /// @throws IllegalArgumentException if it is not one
    static String check(String key) {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("A key has 1 character or more");
        }
        return checkText("A key", key);
    }

    /// Passes the beginning of keys on, which can be empty.
    ///
    /// @throws IllegalArgumentException if no key begins so
    static String checkPrefix(String prefix) {
        return checkText("A prefix of keys", prefix);
    }

    private static String checkText(String what, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(what + " has no character U+0000");
        }
        if (text.length() > MOST_BYTES || Utf8.length(text) > MOST_BYTES) {
            throw new IllegalArgumentException(
                    what + " has at most " + MOST_BYTES + " bytes in UTF-8");
        }
        if (!Utf8.wellFormed(text).equals(text)) {
            throw new IllegalArgumentException(what + " has no half of a surrogate pair");
        }
        return text;
    }

    /// The first text after a key.
    static String after(String key) {
        return key + FIRST;
    }

    /// The first text after all that begin with a prefix; null when there is none.
    static @Nullable String end(String prefix) {
        int length = prefix.length();
        while (length > 0) {
            int last = prefix.codePointBefore(length);
            length -= Character.charCount(last);
            if (last < Character.MAX_CODE_POINT) {
                return prefix.substring(0, length) + Character.toString(next(last));
            }
        }
        return null;
    }

    private static int next(int codePoint) {
        int next = codePoint + 1;
        return next == Character.MIN_SURROGATE ? AFTER_SURROGATES : next;
    }

    private static int compare(String a, String b) {
        int both = Math.min(a.length(), b.length());
        for (int i = 0; i < both; i++) {
            if (a.charAt(i) != b.charAt(i)) {
                return rank(a.charAt(i)) - rank(b.charAt(i));
            }
        }
        return a.length() - b.length();
    }

    /// Half of a surrogate pair stands for a code point above all that need no pair.
    private static int rank(char c) {
        return Character.isSurrogate(c) ? c + Character.MAX_VALUE : c;
    }
}
