package io.circles.script.engine;

import io.circles.script.CircleModule;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.DirectoryStream;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Map;
import java.util.Set;
import org.graalvm.polyglot.io.FileSystem;

/// The files of a circle's module, and nothing else: what its code can import. They are in memory;
/// no path reaches a disk. Immutable, but for the channels it opens.
final class ModuleFileSystem implements FileSystem {
    /// Where the module's folder seems to be.
    static final Path ROOT = Path.of("/circle");

    private final CircleModule module;

    ModuleFileSystem(CircleModule module) {
        this.module = module;
    }

    /// Where a file of the module seems to be.
    static URI uri(String file) {
        return URI.create("file://" + ROOT + "/").resolve(encoded(file));
    }

    private static String encoded(String file) {
        try {
            return new URI(null, null, file, null).getRawPath();
        } catch (java.net.URISyntaxException e) {
            throw new IllegalArgumentException(file, e);
        }
    }

    /// The file's path below the module's folder, as modules are written.
    static String name(URI uri) {
        return name(Path.of(uri));
    }

    /// The same of a path, which is taken to begin in the module's folder.
    static String name(Path path) {
        return ROOT.relativize(ROOT.resolve(path).normalize()).toString();
    }

    private String text(Path path) throws IOException {
        Path absolute = toAbsolutePath(path);
        String text = absolute.startsWith(ROOT) ? module.files().get(name(absolute)) : null;
        if (text == null) {
            throw new NoSuchFileException(name(absolute));
        }
        return text;
    }

    @Override
    public Path parsePath(URI uri) {
        if (!"file".equals(uri.getScheme())) {
            throw new UnsupportedOperationException("only files of the module can be imported");
        }
        return Path.of(uri);
    }

    @Override
    public Path parsePath(String path) {
        return Path.of(path);
    }

    @Override
    public void checkAccess(Path path, Set<? extends AccessMode> modes, LinkOption... options)
            throws IOException {
        if (modes.contains(AccessMode.WRITE) || modes.contains(AccessMode.EXECUTE)) {
            throw new AccessDeniedException(path.toString());
        }
        text(path);
    }

    @Override
    public void createDirectory(Path dir, FileAttribute<?>... attributes) throws IOException {
        throw new AccessDeniedException(dir.toString());
    }

    @Override
    public void delete(Path path) throws IOException {
        throw new AccessDeniedException(path.toString());
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        if (options.contains(StandardOpenOption.WRITE)
                || options.contains(StandardOpenOption.APPEND)) {
            throw new AccessDeniedException(path.toString());
        }
        return new Text(text(path));
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(
            Path dir, DirectoryStream.Filter<? super Path> filter) throws IOException {
        throw new AccessDeniedException(dir.toString());
    }

    @Override
    public Path toAbsolutePath(Path path) {
        return ROOT.resolve(path).normalize();
    }

    @Override
    public Path toRealPath(Path path, LinkOption... options) throws IOException {
        text(path);
        return toAbsolutePath(path);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
            throws IOException {
        return Map.of(
                "size",
                (long) text(path).getBytes(StandardCharsets.UTF_8).length,
                "isRegularFile",
                true,
                "isDirectory",
                false);
    }

    @Override
    public void setCurrentWorkingDirectory(Path directory) {
        // every path is below the module's folder
    }

    /// Reads a text. Confined to one thread.
    private static final class Text implements SeekableByteChannel {
        private final ByteBuffer bytes;
        private boolean open = true;

        Text(String text) {
            this.bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            if (!open) {
                throw new ClosedChannelException();
            }
            if (!bytes.hasRemaining()) {
                return -1;
            }
            int length = Math.min(target.remaining(), bytes.remaining());
            target.put(bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + length);
            return length;
        }

        @Override
        public int write(ByteBuffer source) {
            throw new NonWritableChannelException();
        }

        @Override
        public long position() {
            return bytes.position();
        }

        @Override
        public SeekableByteChannel position(long newPosition) {
            bytes.position((int) Math.min(newPosition, bytes.limit()));
            return this;
        }

        @Override
        public long size() {
            return bytes.limit();
        }

        @Override
        public SeekableByteChannel truncate(long size) {
            throw new NonWritableChannelException();
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() {
            open = false;
        }
    }
}
