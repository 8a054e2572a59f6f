package io.dflockd.spring.boot.autoconfigure;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations as they are written in properties: {@code -1s} and not {@code PT-1S}. */
public final class DurationText {

    private static final Pattern ISO = Pattern.compile("\\bPT(-?[0-9][0-9.]*[HMS])+");

    private DurationText() {}

    /**
     * A value as its property has it.
     *
     * @param value any value
     * @return its text if it is a duration, otherwise the value itself
     */
    public static @Nullable Object of(@Nullable Object value) {
        return value instanceof Duration duration ? text(duration) : value;
    }

    /**
     * A message with all its durations written so.
     *
     * @param message null is an empty message
     * @return the message
     */
    public static String in(@Nullable String message) {
        return message == null ? "" : ISO.matcher(message).replaceAll(found -> text(Duration.parse(found.group())));
    }

    private static String text(Duration duration) {
        if (duration.getNano() % 1_000_000 != 0) {
            return duration.toString();
        }
        long seconds = duration.getSeconds();
        if (duration.getNano() != 0) {
            return duration.toMillis() + "ms";
        }
        if (seconds != 0 && seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds != 0 && seconds % 3_600 == 0) {
            return seconds / 3_600 + "h";
        }
        return seconds != 0 && seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
