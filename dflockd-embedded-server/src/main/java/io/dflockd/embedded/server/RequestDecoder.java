package io.dflockd.embedded.server;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The reading side of a connection: bytes that have not been decoded yet, and the lines of a request that is not
 * complete yet.
 */
final class RequestDecoder {

    private final long connectionId;
    private final LineDecoder lineDecoder;
    private final String[] lines = new String[3];
    private int lineCount;
    private boolean lineRead;
    private @Nullable ByteBuf bytes;

    RequestDecoder(long connectionId, LineDecoder lineDecoder) {
        this.connectionId = connectionId;
        this.lineDecoder = lineDecoder;
    }

    /** Adds bytes and takes over their buffer. */
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
    Request next() throws LineTooLong {
        while (bytes != null) {
            String line = lineDecoder.next(bytes);
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

    /** Whether there is no byte left to decode. */
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
