package io.dflockd.embedded;

import java.time.Duration;

/**
 * One way in which a server misbehaves towards a request. All of them happen with real servers, or with the networks
 * before them. Immutable; put to work with {@link Faults#inject(Fault, FaultTarget)}.
 */
public final class Fault {

    enum Kind {
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

    final Kind kind;
    final Duration duration;
    final int number;
    final String text;

    private Fault(Kind kind, Duration duration, int number, String text) {
        this.kind = kind;
        this.duration = duration;
        this.number = number;
        this.text = text;
    }

    private static Fault of(Kind kind) {
        return new Fault(kind, Duration.ZERO, 0, "");
    }

    /** The connection is closed (FIN) instead of executing the request. */
    public static Fault cut() {
        return of(Kind.CUT);
    }

    /** The connection is reset (RST) instead of executing the request. */
    public static Fault reset() {
        return of(Kind.RESET);
    }

    /** The request is executed, then the connection is closed without the answer. */
    public static Fault loseAnswer() {
        return of(Kind.LOSE_ANSWER);
    }

    /** The request is executed, half of the answer is written, then the connection is reset. */
    public static Fault cutMidLine() {
        return of(Kind.CUT_MID_LINE);
    }

    /** The request is neither executed nor answered; the next one is. */
    public static Fault ignore() {
        return of(Kind.IGNORE);
    }

    /**
     * From this request on the server neither reads nor writes on the connection, as if the network had gone, until the
     * {@link InjectedFault} is removed. Leases and the read timeout go on: what the connection holds is freed in time,
     * of which it hears only afterwards.
     */
    public static Fault stall() {
        return of(Kind.STALL);
    }

    /** The request is executed late; what the connection sent behind it waits. */
    public static Fault delayRequest(Duration delay) {
        return new Fault(Kind.DELAY_REQUEST, delay, 0, "");
    }

    /** The request is executed at once and answered late; what the connection sent behind it waits. */
    public static Fault delay(Duration delay) {
        return new Fault(Kind.DELAY_ANSWER, delay, 0, "");
    }

    /** The request is executed, and its answer replaced by a line of random bytes. */
    public static Fault garble() {
        return of(Kind.GARBLE);
    }

    /** The request is not executed but answered with this line; the line end is added. */
    public static Fault answer(String line) {
        return new Fault(Kind.ANSWER, Duration.ZERO, 0, line);
    }

    /** The request is not executed but answered with this line, and the connection closed. */
    public static Fault answerAndClose(String line) {
        return new Fault(Kind.ANSWER_AND_CLOSE, Duration.ZERO, 0, line);
    }

    /** The request is answered {@code error_draining} and the connection closed, as newer servers do on shutdown. */
    public static Fault draining() {
        return answerAndClose("error_draining");
    }

    /** The request is answered {@code error_not_leader} without an address, as by a cluster without a leader. */
    public static Fault notLeader() {
        return answer("error_not_leader");
    }

    /** The request is answered {@code error_not_leader <leader>}, as by a follower of a cluster. */
    public static Fault notLeader(String leader) {
        return answer("error_not_leader " + leader);
    }

    /** The answer leaves byte by byte, each in a segment of its own, with a pause between them. */
    public static Fault split(Duration pause) {
        return new Fault(Kind.SPLIT, pause, 0, "");
    }

    /** A signal is pushed right before the answer, in the same segment. */
    public static Fault pushFirst(String channel, String payload) {
        return new Fault(Kind.PUSH_FIRST, Duration.ZERO, 0, "sig " + channel + " " + payload);
    }

    /**
     * Grants carry this many fields, whatever the generation: 3 for {@code ok token lease}, 4 with the fence. Renewals
     * carry one or two fewer likewise: 2 without, 3 with the fence.
     *
     * @throws IllegalArgumentException if the number is neither 3 nor 4
     */
    public static Fault grantFields(int fields) {
        if (fields != 3 && fields != 4) {
            throw new IllegalArgumentException("3 or 4 fields: " + fields);
        }
        return new Fault(Kind.GRANT_FIELDS, Duration.ZERO, fields, "");
    }

    /** What the key's holders got expires as soon as the answer is written. */
    public static Fault expireGrant() {
        return of(Kind.EXPIRE_GRANT);
    }

    /** The answer of {@code stats} is valid, and at least this many bytes long. */
    public static Fault hugeStats(int bytes) {
        return new Fault(Kind.HUGE_STATS, Duration.ZERO, bytes, "");
    }

    /** Signals are counted as delivered and thrown away. */
    public static Fault dropPushes() {
        return of(Kind.DROP_PUSHES);
    }

    @Override
    public String toString() {
        return kind
                + (text.isEmpty() ? "" : " '" + text + "'")
                + (duration.isZero() ? "" : " " + duration)
                + (number == 0 ? "" : " " + number);
    }
}
