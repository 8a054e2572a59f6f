package io.dflockd.embedded;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Plays the client side of a transcript and checks the server's. */
final class TranscriptPlayer implements AutoCloseable {

    private static final int DEFAULT_PATIENCE_MILLIS = 5_000;

    private final EmbeddedDflockdServer server;
    private final ExpectedBytes expected;
    private final Map<String, Wire> wires = new HashMap<>();
    private long previousStepEnd = System.nanoTime();

    TranscriptPlayer(EmbeddedDflockdServer server, Transcript transcript) {
        this.server = server;
        this.expected = new ExpectedBytes(transcript.fences());
    }

    void play(List<Transcript.Step> steps) {
        for (Transcript.Step step : steps) {
            try {
                play(step);
            } catch (Exception | AssertionError e) {
                throw new AssertionError(step + ": " + e, e);
            }
            previousStepEnd = System.nanoTime();
        }
    }

    private void play(Transcript.Step step) throws Exception {
        String[] words = step.what().split("\\s+");
        if (step.who().equals("sleep")) {
            pause(Double.parseDouble(words[0]));
            return;
        }
        if (step.who().equals("server")) {
            if (words[0].equals("SIGTERM")) {
                server.shutdown();
            } else {
                server.kill();
            }
            return;
        }
        switch (words[0]) {
            case "open" -> {
                wires.put(step.who(), Wire.to(server));
                pause(0.03);
            }
            case "tls" -> {
                String agreed = wire(step).startTls(TestTls.trustAll(), words[1]);
                check(agreed.equals(words[1]), "agreed on " + agreed);
            }
            case ">" -> wire(step).send(expected.toSend(step.quoted().get(0)));
            case "<" -> expectLine(step);
            case "<any" -> expectLines(step, Integer.parseInt(words[1]));
            case "idle" -> wire(step).expectSilence((int) (Double.parseDouble(words[1]) * 1000));
            case "eof", "reset" -> {
                wire(step).expectEnd(patience(step));
                checkTime(step);
            }
            case "close" -> wire(step).close();
            case "abort" -> wire(step).abort();
            case "shutdown-write" -> wire(step).halfClose();
            default -> throw new IllegalArgumentException("unknown step");
        }
    }

    private void expectLine(Transcript.Step step) throws IOException {
        String line = read(step);
        checkTime(step);
        check(
                expected.matches(step.quoted().get(0), line),
                "expected " + expected.describe(step.quoted()) + " but got " + line);
    }

    private void expectLines(Transcript.Step step, int count) throws IOException {
        List<String> missing = new ArrayList<>(step.quoted());
        check(missing.size() == count, "the step contradicts itself");
        for (int i = 0; i < count; i++) {
            String line = read(step);
            String match = missing.stream()
                    .filter(m -> expected.matches(m, line))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("unexpected " + line));
            missing.remove(match);
        }
        checkTime(step);
    }

    private String read(Transcript.Step step) throws IOException {
        try {
            return wire(step).line(patience(step)) + "\n";
        } catch (EOFException | SocketException | SocketTimeoutException e) {
            throw new AssertionError("expected " + expected.describe(step.quoted()), e);
        }
    }

    private static int patience(Transcript.Step step) {
        return step.to() < 0 ? DEFAULT_PATIENCE_MILLIS : (int) (step.to() * 1000) + DEFAULT_PATIENCE_MILLIS;
    }

    private void checkTime(Transcript.Step step) {
        double elapsed = (System.nanoTime() - previousStepEnd) / 1e9;
        check(step.from() < 0 || elapsed >= step.from(), "too early, after " + elapsed + " s");
        check(step.to() < 0 || elapsed <= step.to(), "too late, after " + elapsed + " s");
    }

    private Wire wire(Transcript.Step step) {
        Wire wire = wires.get(step.who());
        check(wire != null, "no such connection");
        return wire;
    }

    private static void check(boolean condition, String complaint) {
        if (!condition) {
            throw new AssertionError(complaint);
        }
    }

    /** The transcripts say when something happens; here time itself is the step. */
    private static void pause(double seconds) {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(50)));
        }
    }

    @Override
    public void close() throws IOException {
        for (Wire wire : Set.copyOf(wires.values())) {
            wire.close();
        }
    }
}
