package io.dflockd.client.internal;

import io.dflockd.client.DflockdAuthenticationException;
import io.dflockd.client.Fuzz;
import io.dflockd.client.internal.loop.TestLoop;
import io.dflockd.client.internal.net.RandomAnswers;
import io.dflockd.client.internal.net.ServerEnd;
import io.dflockd.client.internal.net.TestDialer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * A server that says anything or nothing to a request, now or later, and whose connections end at any time. It knows which line
 * the client has to take for the answer to which request.
 */
final class RandomServer {

    /** A dialer gives up after 10 s, and time passes in steps of up to a second while somebody dials. */
    private static final Duration DIAL_LIMIT = Duration.ofSeconds(8);

    private static final int LONGEST_NOISE = 300;

    /** The requests that ask for a lock or slot, and those that confirm a grant. */
    private static final Set<String> ASKING = Set.of("l", "sl", "e", "se", "w", "sw", "n", "sn");

    private static final Set<String> RENEWALS = Set.of("n", "sn");

    private static final String BUSY = "busy";

    private static final String AT_LAST = "busy at first, and at last ";

    private final TestLoop loop;

    private final TestDialer dialer;

    private final RandomGenerator random;

    private final List<End> ends = new ArrayList<>();

    /** How many answers there were to each command. */
    private final Map<String, Integer> answers = new TreeMap<>();

    /** What was said last to each key's requests for a grant. */
    private final Map<String, String> lastWords = new HashMap<>();

    private Duration dialledSince = Duration.ZERO;

    private boolean dialling;

    RandomServer(TestLoop loop, TestDialer dialer, RandomGenerator random) {
        this.loop = loop;
        this.dialer = dialer;
        this.random = random;
    }

    Map<String, Integer> answers() {
        return answers;
    }

    /**
     * Whether the client may say that a key is busy: that was the last word, or the time was over before it could know what the
     * last word is worth.
     */
    boolean saidBusy(String key) {
        String last = lastWord(key);
        return last.equals(BUSY) || (last.startsWith(AT_LAST) && ends.stream().anyMatch(end -> end.isUndecided(key)));
    }

    String lastWord(String key) {
        return String.valueOf(lastWords.get(key));
    }

    /** The bytes of all connections' buffers that nobody has released. */
    long memory() {
        return ends.stream().mapToLong(end -> end.server.memory()).sum();
    }

    /** Lets time pass, and answers or not, until something is true or the time is over. Whether it is true. */
    boolean until(BooleanSupplier condition, Duration limit) {
        Duration end = loop.elapsed().plus(limit);
        while (!condition.getAsBoolean()) {
            Duration left = end.minus(loop.elapsed());
            if (left.isNegative() || left.isZero()) {
                return false;
            }
            act();
            if (!condition.getAsBoolean()) {
                pass(left);
            }
        }
        return true;
    }

    /** Ends all connections and attempts. */
    void end() {
        for (End end : ends) {
            if (end.server.isOpen()) {
                end.server.close();
            }
        }
        while (dialer.underWay() > 0) {
            dialer.refuse();
        }
    }

    private void pass(Duration atMost) {
        long millis = Fuzz.percent(random, 85) ? random.nextInt(200) : random.nextInt(dialling ? 1000 : 5000);
        Duration step = Duration.ofMillis(millis).plusNanos(1);
        Duration time = step.compareTo(atMost) < 0 ? step : atMost;
        if (Fuzz.percent(random, 90)) {
            loop.advance(time);
        } else {
            loop.jump(time);
        }
    }

    private void act() {
        dials();
        for (End end : List.copyOf(ends)) {
            end.act();
        }
        ends.removeIf(End::isOver);
    }

    private void dials() {
        if (dialer.underWay() == 0) {
            dialling = false;
            return;
        }
        if (!dialling) {
            dialling = true;
            dialledSince = loop.elapsed();
        }
        boolean late = loop.elapsed().minus(dialledSince).compareTo(DIAL_LIMIT) > 0;
        while (dialer.underWay() > 0 && (late || Fuzz.percent(random, 60))) {
            dial();
        }
    }

    private void dial() {
        int chance = random.nextInt(100);
        if (chance < 85) {
            ends.add(new End(dialer.connect()));
        } else if (chance < 98) {
            dialer.refuse();
        } else {
            dialer.fail(new DflockdAuthenticationException("refused"));
        }
    }

    /** One connection. */
    private final class End {

        private final ServerEnd server;

        /** Requests without an answer, oldest first. */
        private final Deque<String[]> pending = new ArrayDeque<>();

        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        /** The key of the request that was just answered by a plain error. */
        private String mayBeAParting = "";

        /** Says nothing until then. */
        private Duration silentUntil = Duration.ZERO;

        End(ServerEnd server) {
            this.server = server;
        }

        boolean isOver() {
            return !server.isOpen();
        }

        void act() {
            take();
            if (isOver() || loop.elapsed().compareTo(silentUntil) < 0) {
                return;
            }
            int chance = random.nextInt(1000);
            if (chance < 4) {
                ended();
                server.close();
            } else if (chance < 8) {
                ended();
                server.reset();
            } else if (chance < 20) {
                silentUntil = loop.elapsed().plusMillis(random.nextInt(30_000));
            } else {
                answer();
            }
        }

        private void take() {
            server.requests().forEach(request -> pending.add(request.split(" ", 3)));
        }

        private void answer() {
            for (int count = random.nextInt(4); count > 0 && !pending.isEmpty() && server.isOpen(); count--) {
                say(bytes(pending.element()));
                take();
            }
            if (Fuzz.percent(random, 1) && server.isOpen()) {
                say(RandomAnswers.bytes(RandomAnswers.odd(random) + "\n"));
            }
        }

        private byte[] bytes(String[] request) {
            boolean keepAlive = request[1].equals("_") && request[0].equals("r");
            int chance = random.nextInt(100);
            if (chance < (keepAlive ? 95 : 75)) {
                return RandomAnswers.bytes(keepAlive ? "error\n" : RandomAnswers.fitting(request[0], random) + "\n");
            } else if (chance < 90) {
                return RandomAnswers.bytes(RandomAnswers.odd(random) + "\n");
            } else if (chance < 97) {
                return RandomAnswers.damaged(
                        RandomAnswers.bytes(RandomAnswers.fitting(request[0], random) + "\n"), random);
            } else if (chance < 98) {
                return RandomAnswers.bytes("sig a.b " + RandomAnswers.odd(random) + "\n");
            }
            return RandomAnswers.noise(random, LONGEST_NOISE);
        }

        /** One line after the other: the client may answer a line with a request, and take the next line for its answer. */
        private void say(byte[] bytes) {
            int from = 0;
            for (int at = 0; at < bytes.length; at++) {
                if (bytes[at] == '\n') {
                    said(line.toString(StandardCharsets.UTF_8));
                    line.reset();
                    send(bytes, from, at + 1);
                    take();
                    from = at + 1;
                } else {
                    line.write(bytes[at]);
                }
            }
            send(bytes, from, bytes.length);
        }

        private void send(byte[] bytes, int from, int to) {
            int cut = from + random.nextInt(to - from + 1);
            server.bytes(Arrays.copyOfRange(bytes, from, cut));
            server.bytes(Arrays.copyOfRange(bytes, cut, to));
        }

        private void said(String text) {
            if (text.startsWith("sig ") || pending.isEmpty()) {
                return;
            }
            String[] request = pending.remove();
            mayBeAParting = "";
            answers.merge(request[0], 1, Integer::sum);
            if (ASKING.contains(request[0])) {
                String status = text.split(" ", 2)[0];
                lastWords.put(request[1], lastWord(request[1], request[0], status));
                mayBeAParting = status.equals("error") ? request[1] : "";
            }
        }

        /** A grant has to be confirmed, or an error may be an answer or the last line of the connection. */
        boolean isUndecided(String key) {
            take();
            return mayBeAParting.equals(key)
                    || pending.stream().anyMatch(request -> RENEWALS.contains(request[0]) && request[1].equals(key));
        }

        private String lastWord(String key, String command, String status) {
            String before = RandomServer.this.lastWord(key);
            if (RENEWALS.contains(command) && status.equals("ok") && before.startsWith(AT_LAST)) {
                // It may be too late to count.
                return before;
            }
            boolean atLast = before.equals(BUSY) && (status.equals("ok") || status.equals("error"));
            return atLast ? AT_LAST + status : meaning(command, status);
        }

        private static String meaning(String command, String status) {
            boolean busy = RENEWALS.contains(command)
                    ? status.equals("error") || status.equals("error_lease_expired")
                    : status.equals("timeout")
                            || status.equals("error_max_waiters")
                            || status.equals("error_lease_expired")
                            || status.equals("error_not_enqueued");
            return busy ? BUSY : command + ": " + status;
        }

        /** What was asked on it gets no answer. */
        private void ended() {
            for (String[] request : pending) {
                if (ASKING.contains(request[0])) {
                    lastWords.put(request[1], "the end of the connection");
                }
            }
        }
    }
}
