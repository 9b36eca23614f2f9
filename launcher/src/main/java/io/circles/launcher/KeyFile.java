package io.circles.launcher;

import io.circles.protocol.crypto.KeyPair;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;

/// A PEM file with a private key, mode 0600. What it holds is never printed and never stands in a
/// message.
record KeyFile(Path path) {
    /// Where a circle's key is kept that names no other.
    ///
    /// @param data the circle's folder
    static KeyFile in(Path data) {
        return new KeyFile(data.resolve("circle.pem"));
    }

    boolean exists() {
        return Files.exists(path);
    }

    /// Whether its mode lets others than its owner read or change it.
    boolean isOpenToOthers() {
        return Permissions.isOpenToOthers(path);
    }

    /// What to say when it [is][#isOpenToOthers].
    String warning() {
        return Permissions.warning(path);
    }

    /// The key in it.
    ///
    /// @throws LauncherException if it cannot be read or holds no key
    KeyPair read() {
        try {
            return KeyPair.parsePem(Files.readString(path));
        } catch (IOException e) {
            throw wrong(ExitCode.CONFIGURATION, FileErrors.words(e));
        } catch (IllegalArgumentException e) {
            throw wrong(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()));
        }
    }

    /// Makes a key and keeps it here.
    ///
    /// @throws LauncherException if there is a file already, or it cannot be written
    KeyPair create(SecureRandom random) {
        try {
            return write(KeyPair.generate(random));
        } catch (FileAlreadyExistsException e) {
            throw wrong(ExitCode.NOT_STARTED, "exists already, and a key is never overwritten");
        } catch (IOException e) {
            throw wrong(ExitCode.NOT_STARTED, FileErrors.words(e));
        }
    }

    /// The key in it, which is made first where there is none. Two processes that do so at once get
    /// the same key.
    ///
    /// @throws LauncherException if it cannot be read or written, or holds no key
    KeyPair readOrCreate(SecureRandom random) {
        if (exists()) {
            return read();
        }
        try {
            return write(KeyPair.generate(random));
        } catch (FileAlreadyExistsException e) {
            return read();
        } catch (IOException e) {
            throw wrong(ExitCode.NOT_STARTED, FileErrors.words(e));
        }
    }

    private KeyPair write(KeyPair key) throws IOException {
        SafeFiles.createPrivate(path, key.toPem());
        return key;
    }

    private LauncherException wrong(ExitCode exitCode, String what) {
        return new LauncherException(exitCode, path + ": " + what);
    }
}
