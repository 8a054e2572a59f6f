package io.dflockd.embedded;

import io.netty.channel.Channel;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Acts out the faults that strike a request. Confined to the event loop. */
final class FaultPlayer {

    private final ServerCore core;
    private final SplittableRandom random = new SplittableRandom();

    FaultPlayer(ServerCore core) {
        this.core = core;
    }

    /** Deals with a request that a fault has struck, instead of executing it plainly. */
    void before(Connection connection, Request request, InjectedFault injected) {
        Fault fault = injected.fault;
        switch (fault.kind) {
            case CUT -> connection.close();
            case RESET -> connection.reset();
            case IGNORE -> connection.finishRequest();
            case STALL -> {
                connection.stall();
                injected.whenRemoved(() -> {
                    connection.unstall();
                    connection.execute(request);
                });
            }
            case DELAY_REQUEST -> later(connection, injected.pauseNanos(), () -> connection.execute(request));
            case ANSWER -> connection.send(WireText.ofJava(fault.text) + "\n");
            case ANSWER_AND_CLOSE -> {
                connection.send(WireText.ofJava(fault.text) + "\n");
                connection.close();
            }
            default -> connection.execute(request, injected);
        }
    }

    /** Deals with the answer of a request that a fault has struck. */
    void answer(Connection connection, InjectedFault injected, Request request, String line) {
        Fault fault = injected.fault;
        switch (fault.kind) {
            case DELAY_ANSWER -> later(connection, injected.pauseNanos(), () -> connection.send(line));
            case LOSE_ANSWER -> connection.close();
            case GARBLE -> connection.send(garbage());
            case CUT_MID_LINE -> {
                connection.sendPart(line.substring(0, line.length() / 2));
                connection.outbound().flush();
                connection.reset();
            }
            case SPLIT -> split(connection, line, injected.pauseNanos());
            case PUSH_FIRST -> connection.send(WireText.ofJava(fault.text) + "\n" + line);
            case GRANT_FIELDS -> connection.send(refit(line, fault.number, request));
            case HUGE_STATS -> connection.send(line.startsWith("ok {") ? core.statsLine(fault.number) : line);
            case EXPIRE_GRANT -> {
                connection.send(line);
                core.table().expireNow(request.key());
            }
            default -> connection.send(line);
        }
    }

    private void split(Connection connection, String line, long pause) {
        if (line.length() == 1) {
            connection.send(line);
            return;
        }
        connection.sendPart(line.substring(0, 1));
        connection.outbound().flush();
        later(connection, pause, () -> split(connection, line.substring(1), pause));
    }

    private void later(Connection connection, long nanos, Runnable action) {
        Channel channel = connection.channel();
        channel.eventLoop()
                .schedule(
                        () -> {
                            action.run();
                            core.endTurn();
                        },
                        nanos,
                        TimeUnit.NANOSECONDS);
    }

    /** A line of bytes that are neither a status nor UTF-8. */
    private String garbage() {
        char[] line = new char[24];
        for (int i = 0; i < line.length; i++) {
            line[i] = (char) random.nextInt(0x80, 0x100);
        }
        line[line.length - 1] = '\n';
        return new String(line);
    }

    private String refit(String line, int fields, Request request) {
        String[] words = line.trim().split(" ");
        boolean grant =
                words[0].equals("acquired") || (words[0].equals("ok") && words.length >= 3 && isToken(words[1]));
        boolean renewal = words[0].equals("ok")
                && !grant
                && words.length >= 2
                && (request.command().equals("n") || request.command().equals("sn"));
        if (!grant && !renewal) {
            return line;
        }
        int wanted = grant ? fields : fields - 1;
        int given = words.length;
        String[] fitted = Arrays.copyOf(words, wanted);
        if (wanted > given) {
            fitted[given] = Long.toString(core.table().lastFence());
        }
        return String.join(" ", fitted) + "\n";
    }

    private static boolean isToken(String word) {
        return word.length() == 32;
    }
}
