package io.dflockd.embedded;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a byte stream into lines of at most 256 bytes. Keeps no more than one partial line, however long a client makes
 * it. Confined to the event loop.
 */
final class LineReader {

    static final int MAX_LINE = 256;

    /** Lines of one byte, ready made: most commands are. */
    private static final String[] SINGLES = new String[256];

    static {
        for (int i = 0; i < SINGLES.length; i++) {
            SINGLES[i] = String.valueOf((char) i);
        }
    }

    private final boolean dropEveryCarriageReturn;
    /** Shared by all readers of an event loop; holds nothing between calls. */
    private final byte[] scratch;

    private byte @Nullable [] partial;
    private int length;
    private boolean tooLong;

    /** A reader with a scratch area of {@link #MAX_LINE} bytes and one for the line end. */
    LineReader(boolean dropEveryCarriageReturn, byte[] scratch) {
        this.scratch = scratch;
        this.dropEveryCarriageReturn = dropEveryCarriageReturn;
    }

    /** The next complete line without its end, as {@linkplain WireText wire text}; null if there is none yet. */
    @Nullable
    String next(ByteBuf in) throws LineTooLong {
        int start = in.readerIndex();
        int end = in.indexOf(start, in.writerIndex(), (byte) '\n');
        if (end < 0) {
            keep(in, in.readableBytes());
            return null;
        }
        String line;
        int size = end - start;
        if (length == 0 && !tooLong && size <= MAX_LINE) {
            in.readBytes(scratch, 0, size + 1);
            line = size == 1 ? SINGLES[scratch[0] & 0xff] : new String(scratch, 0, size, StandardCharsets.ISO_8859_1);
        } else {
            keep(in, size);
            in.skipBytes(1);
            byte[] bytes = partial;
            if (tooLong || bytes == null) {
                throw LineTooLong.INSTANCE;
            }
            line = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
            length = 0;
        }
        return line.indexOf('\r') < 0 ? line : withoutCarriageReturns(line);
    }

    private void keep(ByteBuf in, int count) {
        byte[] bytes = partial;
        if (bytes == null) {
            bytes = new byte[MAX_LINE];
            partial = bytes;
        }
        for (int i = 0; i < count; i++) {
            byte b = in.readByte();
            if (b == '\r' && dropEveryCarriageReturn) {
                continue;
            }
            if (length == MAX_LINE) {
                tooLong = true;
                in.skipBytes(count - i - 1);
                return;
            }
            bytes[length++] = b;
        }
    }

    private String withoutCarriageReturns(String line) {
        if (dropEveryCarriageReturn) {
            return line.replace("\r", "");
        }
        int end = line.length();
        while (end > 0 && line.charAt(end - 1) == '\r') {
            end--;
        }
        return line.substring(0, end);
    }
}
