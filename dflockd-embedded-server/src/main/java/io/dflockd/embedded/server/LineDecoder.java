package io.dflockd.embedded.server;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Cuts a byte stream into lines of limited length. Keeps no more than one partial line, however long it gets. */
final class LineDecoder {

    private final boolean dropEveryCarriageReturn;
    private String partial = "";
    private boolean tooLong;

    LineDecoder(boolean dropEveryCarriageReturn) {
        this.dropEveryCarriageReturn = dropEveryCarriageReturn;
    }

    /**
     * The next complete line without its end, as {@linkplain WireText wire text}; null if there is none yet.
     *
     * @param maxLength the highest number of bytes of this line
     */
    @Nullable
    String next(ByteBuf in, int maxLength) throws LineTooLong {
        int size = in.bytesBefore((byte) '\n');
        append(
                in.readCharSequence(size < 0 ? in.readableBytes() : size, StandardCharsets.ISO_8859_1)
                        .toString(),
                maxLength);
        if (size < 0) {
            return null;
        }
        in.skipBytes(1);
        if (tooLong) {
            throw LineTooLong.INSTANCE;
        }
        String line = partial;
        partial = "";
        return withoutCarriageReturnsAtEnd(line);
    }

    private void append(String text, int maxLength) {
        String kept = dropEveryCarriageReturn && text.indexOf('\r') >= 0 ? text.replace("\r", "") : text;
        if (partial.length() + kept.length() > maxLength) {
            tooLong = true;
        } else {
            partial = partial.isEmpty() ? kept : partial + kept;
        }
    }

    private static String withoutCarriageReturnsAtEnd(String line) {
        int end = line.length();
        while (end > 0 && line.charAt(end - 1) == '\r') {
            end--;
        }
        return line.substring(0, end);
    }
}
