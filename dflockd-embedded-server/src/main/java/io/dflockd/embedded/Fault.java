package io.dflockd.embedded;

import io.dflockd.embedded.server.FaultSpec;
import io.dflockd.embedded.server.FaultSpec.Kind;
import io.dflockd.embedded.server.WireText;
import java.time.Duration;

/**
 * A way in which a server misbehaves towards a request. Real servers, and the networks before them, do all of these.
 * Immutable; see {@link Faults#inject(Fault, FaultTarget)}.
 */
public final class Fault {

    final FaultSpec spec;

    private Fault(Kind kind, Duration pause, int number, String text) {
        this.spec = new FaultSpec(kind, pause, number, WireText.ofJava(text));
    }

    private static Fault of(Kind kind) {
        return new Fault(kind, Duration.ZERO, 0, "");
    }

    private static Fault of(Kind kind, Duration pause) {
        return new Fault(kind, pause, 0, "");
    }

    private static Fault of(Kind kind, String text) {
        return new Fault(kind, Duration.ZERO, 0, text);
    }

    /** The connection is closed (FIN); the request is not executed. */
    public static Fault cut() {
        return of(Kind.CUT);
    }

    /** The connection is reset (RST); the request is not executed. */
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

    /** The request is neither executed nor answered. Later requests are. */
    public static Fault ignore() {
        return of(Kind.IGNORE);
    }

    /**
     * From this request on, the server neither reads from the connection nor writes to it until the
     * {@link InjectedFault} is removed, as if the network were down. Leases and the read timeout go on: the locks
     * of the connection are freed in time, and the client learns that only afterwards.
     */
    public static Fault stall() {
        return of(Kind.STALL);
    }

    /** The request is executed after a delay. Later requests of the connection wait. */
    public static Fault delayRequest(Duration delay) {
        return of(Kind.DELAY_REQUEST, delay);
    }

    /** The request is executed at once and answered after a delay. Later requests of the connection wait. */
    public static Fault delay(Duration delay) {
        return of(Kind.DELAY_ANSWER, delay);
    }

    /** The request is executed, and a line of random bytes replaces its answer. */
    public static Fault garble() {
        return of(Kind.GARBLE);
    }

    /** The request is not executed; this line answers it. The line end is added. */
    public static Fault answer(String line) {
        return of(Kind.ANSWER, line);
    }

    /** The request is not executed; this line answers it, and the connection is closed. The line end is added. */
    public static Fault answerAndClose(String line) {
        return of(Kind.ANSWER_AND_CLOSE, line);
    }

    /** The answer is {@code error_draining} and the connection is closed, as in newer servers during a shutdown. */
    public static Fault draining() {
        return answerAndClose("error_draining");
    }

    /** The answer is {@code error_not_leader} without an address, as in a cluster without a leader. */
    public static Fault notLeader() {
        return answer("error_not_leader");
    }

    /** The answer is {@code error_not_leader <leader>}, as from a follower of a cluster. */
    public static Fault notLeader(String leader) {
        return answer("error_not_leader " + leader);
    }

    /** The answer is sent byte by byte, each in a segment of its own, with a pause between them. */
    public static Fault split(Duration pause) {
        return of(Kind.SPLIT, pause);
    }

    /** A signal is pushed directly before the answer, in the same segment. */
    public static Fault pushFirst(String channel, String payload) {
        return of(Kind.PUSH_FIRST, "sig " + channel + " " + payload);
    }

    /**
     * Grants have this number of fields, whatever the generation: 3 for {@code ok token lease}, 4 with the fence.
     * Renewals have one field less: 2 without, 3 with the fence.
     *
     * @throws IllegalArgumentException if the number is neither 3 nor 4
     */
    public static Fault grantFields(int fields) {
        if (fields != 3 && fields != 4) {
            throw new IllegalArgumentException("fields of a grant must be 3 or 4: " + fields);
        }
        return new Fault(Kind.GRANT_FIELDS, Duration.ZERO, fields, "");
    }

    /** All grants of the key expire as soon as the answer is written; see {@link Faults#expireNow}. */
    public static Fault expireGrant() {
        return of(Kind.EXPIRE_GRANT);
    }

    /** The answer to {@code stats} is valid and has at least this number of bytes. */
    public static Fault hugeStats(int bytes) {
        return new Fault(Kind.HUGE_STATS, Duration.ZERO, bytes, "");
    }

    /** Signals are counted as delivered and thrown away. */
    public static Fault dropPushes() {
        return of(Kind.DROP_PUSHES);
    }

    @Override
    public String toString() {
        return spec.toString();
    }
}
