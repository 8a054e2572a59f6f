package io.dflockd.embedded.server;

import io.dflockd.embedded.table.FenceCounter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of {@code --fence-state-file}: two slots of 32 bytes, of which the one with the higher ceiling counts. The other
 * one is overwritten, so a crash during a write leaves a valid slot. Also reads the older form, one number of 8 bytes.
 * The file is locked while it is open.
 */
final class FenceFile implements FenceCounter.Store {

    private static final Logger log = LoggerFactory.getLogger(FenceFile.class);

    private static final int SLOT_SIZE = 32;
    private static final int SLOTS = 2;
    private static final int OLD_SIZE = Long.BYTES;
    /** "dflockdF" in ASCII. */
    private static final long MAGIC = 0x64666c6f636b6446L;

    private final Path path;
    private final FileChannel channel;
    private long ceiling;
    private int current;

    private FenceFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Opens the file, or creates it. */
    static FenceFile open(Path path) throws IOException {
        try {
            FileChannel channel = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FenceFile file = new FenceFile(path, channel);
            try {
                file.lock();
                file.read();
                return file;
            } catch (IOException e) {
                file.close();
                throw e;
            }
        } catch (IOException e) {
            throw new IOException("cannot use the fence state file " + path + ": " + reason(e), e);
        }
    }

    /** The messages of the JDK for files are often their names only. */
    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null || e.getClass() != IOException.class ? e.toString() : message;
    }

    private void lock() throws IOException {
        try {
            if (channel.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            // Another server of this JVM has it.
        }
        throw new IOException("another server uses it");
    }

    private void read() throws IOException {
        long size = channel.size();
        if (size == 0) {
            return;
        }
        if (size > SLOTS * SLOT_SIZE) {
            throw notAFenceFile();
        }
        ByteBuffer content = ByteBuffer.allocate((int) size);
        while (content.hasRemaining() && channel.read(content, content.position()) >= 0) {}
        content.flip();
        ceiling = size == OLD_SIZE ? content.getLong() : -1;
        for (int slot = 0; slot < SLOTS && (slot + 1) * SLOT_SIZE <= size; slot++) {
            long stored = ceilingIn(content.slice(slot * SLOT_SIZE, SLOT_SIZE));
            if (stored > ceiling) {
                ceiling = stored;
                current = slot;
            }
        }
        if (ceiling < 0) {
            throw notAFenceFile();
        }
    }

    private static IOException notAFenceFile() {
        return new IOException("its content is not that of a fence state file; name another file, or delete it if no"
                + " fences of this server are stored anywhere");
    }

    /** Negative if the slot is not valid. */
    private static long ceilingIn(ByteBuffer slot) {
        long magic = slot.getLong();
        long stored = slot.getLong();
        slot.getLong();
        return magic == MAGIC && slot.getLong() == checksum(stored) ? stored : -1;
    }

    private static long checksum(long stored) {
        CRC32C checksum = new CRC32C();
        checksum.update(ByteBuffer.allocate(3 * Long.BYTES)
                .putLong(MAGIC)
                .putLong(stored)
                .putLong(0)
                .flip());
        return checksum.getValue();
    }

    @Override
    public long ceiling() {
        return ceiling;
    }

    @Override
    public void raise(long newCeiling) throws IOException {
        ByteBuffer slot = ByteBuffer.allocate(SLOT_SIZE)
                .putLong(MAGIC)
                .putLong(newCeiling)
                .putLong(0)
                .putLong(checksum(newCeiling))
                .flip();
        int next = (current + 1) % SLOTS;
        try {
            while (slot.hasRemaining()) {
                channel.write(slot, (long) next * SLOT_SIZE + slot.position());
            }
            channel.force(true);
        } catch (IOException e) {
            throw new IOException("cannot write the fence state file " + path + ": " + reason(e), e);
        }
        current = next;
        ceiling = newCeiling;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("the fence state file {} was not closed", path, e);
        }
    }
}
