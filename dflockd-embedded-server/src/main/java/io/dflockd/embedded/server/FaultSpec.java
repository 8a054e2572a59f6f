package io.dflockd.embedded.server;

import java.time.Duration;

/**
 * One kind of fault with its parameters. Immutable.
 *
 * @param kind the kind
 * @param pause a delay, zero if the kind has none
 * @param number a number of fields or bytes, 0 if the kind has none
 * @param text a line without its end as {@linkplain WireText wire text}, empty if the kind has none
 */
public record FaultSpec(Kind kind, Duration pause, int number, String text) {

    /** The effects; see {@link FaultPlayer}. */
    public enum Kind {
        CUT,
        RESET,
        IGNORE,
        STALL,
        DELAY_REQUEST,
        ANSWER,
        ANSWER_AND_CLOSE,
        DELAY_ANSWER,
        LOSE_ANSWER,
        GARBLE,
        CUT_MID_LINE,
        SPLIT,
        PUSH_FIRST,
        GRANT_FIELDS,
        EXPIRE_GRANT,
        HUGE_STATS,
        DROP_PUSHES
    }

    @Override
    public String toString() {
        return kind
                + (text.isEmpty() ? "" : " '" + WireText.toJava(text) + "'")
                + (pause.isZero() ? "" : " " + pause)
                + (number == 0 ? "" : " " + number);
    }
}
