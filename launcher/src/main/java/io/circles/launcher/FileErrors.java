package io.circles.launcher;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// Says in words what went wrong with a file; Java's own messages are often only its path.
final class FileErrors {
    private FileErrors() {}

    /// A few words that follow the file's name and a colon.
    static String words(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "is in the way";
            case NotDirectoryException _ -> "is not a folder";
            case FileSystemException f when f.getReason() != null -> f.getReason();
            case CharacterCodingException _ -> "is not UTF-8 text";
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }
}
