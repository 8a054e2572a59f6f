package io.dflockd.embedded;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The reading side of a connection: bytes that came in and have not been looked at, and the lines of a request that is
 * not complete yet. Confined to the event loop.
 */
final class Inbound {

    private final LineReader reader;
    private final String[] lines = new String[3];
    private int lineCount;
    private boolean lineRead;
    private @Nullable ByteBuf bytes;

    Inbound(LineReader reader) {
        this.reader = reader;
    }

    /** Takes bytes over, with their buffer. */
    void add(ByteBuf in) {
        if (bytes == null) {
            bytes = in;
        } else {
            bytes.writeBytes(in);
            in.release();
        }
    }

    /** The next complete request; null if more bytes are needed. */
    @Nullable
    Request next(long connectionId) throws LineTooLong {
        while (bytes != null) {
            String line = reader.next(bytes);
            if (line == null) {
                return null;
            }
            lineRead = true;
            lines[lineCount++] = line;
            if (lineCount == lines.length) {
                lineCount = 0;
                return new Request(connectionId, lines[0], lines[1], lines[2]);
            }
        }
        return null;
    }

    /** Whether a line has ended since this was last asked. */
    boolean takeLineRead() {
        boolean read = lineRead;
        lineRead = false;
        return read;
    }

    /** Whether no byte waits to be looked at. */
    boolean isEmpty() {
        if (bytes != null && !bytes.isReadable()) {
            discard();
        }
        return bytes == null;
    }

    void discard() {
        if (bytes != null) {
            bytes.release();
            bytes = null;
        }
    }
}
