package io.dflockd.embedded.server;

import io.dflockd.embedded.table.Dialect;
import io.dflockd.embedded.table.Trait;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The reading side of a connection: bytes that have not been decoded yet, and the lines of a request that is not
 * complete yet.
 */
final class RequestDecoder {

    private static final int MAX_LINE = 256;
    private static final int MAX_AUTH_TOKEN = 65_536;

    private final long connectionId;
    private final LineDecoder lineDecoder;
    private final int maxAuthToken;
    private final String[] lines = new String[3];
    private int lineCount;
    private boolean lineRead;
    private @Nullable ByteBuf bytes;

    RequestDecoder(long connectionId, Dialect dialect) {
        this.connectionId = connectionId;
        this.lineDecoder = new LineDecoder(dialect.has(Trait.DROPS_EVERY_CARRIAGE_RETURN));
        this.maxAuthToken = dialect.has(Trait.LONG_AUTH_TOKENS) ? MAX_AUTH_TOKEN : MAX_LINE;
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
            String line = lineDecoder.next(bytes, maxLength());
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

    private int maxLength() {
        return lineCount == 2 && lines[0].equals("auth") ? maxAuthToken : MAX_LINE;
    }

    /** Whether a line has ended since this was last asked. */
    boolean takeLineRead() {
        boolean read = lineRead;
        lineRead = false;
        return read;
    }

    /** The number of bytes that are not decoded yet. */
    int size() {
        return bytes == null ? 0 : bytes.readableBytes();
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
