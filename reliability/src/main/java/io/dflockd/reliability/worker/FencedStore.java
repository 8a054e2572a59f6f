package io.dflockd.reliability.worker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A counter for each key in a file that all processes share. It takes a read or write only with a fence that is at least as high as
 * each that it has seen. Thread-safe.
 */
final class FencedStore {

    /**
     * What became of a write.
     *
     * @param found the value before the write
     * @param since when the older of the last two writers was granted the lock
     */
    record Outcome(boolean taken, long found, long since) {}

    private record Content(long fence, long value, long writerGrantedAt) {

        static final int SIZE = 3 * Long.BYTES;

        static final Content EMPTY = new Content(0, 0, Long.MAX_VALUE);
    }

    private interface Action<T> {
        T run(FileChannel file, Content content) throws IOException;
    }

    /** A lock of a file belongs to the process, so its threads need locks of their own. */
    private static final Map<Path, Object> LOCKS = new ConcurrentHashMap<>();

    private final Path file;

    FencedStore(Path folder, String key) {
        this.file = folder.resolve(key + ".store");
    }

    /** The value; empty if the fence is too low. */
    OptionalLong read(long fence) throws IOException {
        return locked((channel, content) -> {
            if (Long.compareUnsigned(fence, content.fence) < 0) {
                return OptionalLong.empty();
            }
            write(channel, new Content(fence, content.value, content.writerGrantedAt));
            return OptionalLong.of(content.value);
        });
    }

    /** Writes the successor of the value that was read. */
    Outcome write(long fence, long read, long grantedAt) throws IOException {
        return locked((channel, content) -> {
            boolean taken = Long.compareUnsigned(fence, content.fence) >= 0;
            if (taken) {
                write(channel, new Content(fence, read + 1, grantedAt));
            }
            return new Outcome(taken, content.value, Math.min(grantedAt, content.writerGrantedAt));
        });
    }

    private <T> T locked(Action<T> action) throws IOException {
        synchronized (LOCKS.computeIfAbsent(file, path -> new Object())) {
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                channel.lock();
                return action.run(channel, content(channel));
            }
        }
    }

    private static Content content(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Content.SIZE);
        if (channel.read(bytes, 0) < Content.SIZE) {
            return Content.EMPTY;
        }
        bytes.flip();
        return new Content(bytes.getLong(), bytes.getLong(), bytes.getLong());
    }

    private static void write(FileChannel channel, Content content) throws IOException {
        channel.write(
                ByteBuffer.allocate(Content.SIZE)
                        .putLong(content.fence)
                        .putLong(content.value)
                        .putLong(content.writerGrantedAt)
                        .flip(),
                0);
    }
}
