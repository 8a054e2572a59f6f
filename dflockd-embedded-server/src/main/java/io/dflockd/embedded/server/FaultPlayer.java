package io.dflockd.embedded.server;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Lets faults strike the requests of one connection. */
final class FaultPlayer {

    private final ServerCore core;
    private final ServerConnection connection;
    private final ResponseWriter writer;
    private int stalls;
    /** Strikes the answer of the current request. */
    private @Nullable ActiveFault onAnswer;

    FaultPlayer(ServerCore core, ServerConnection connection, ResponseWriter writer) {
        this.core = core;
        this.connection = connection;
        this.writer = writer;
    }

    boolean stalled() {
        return stalls > 0;
    }

    /** Holds everything back until the fault is removed, then runs an action. */
    void stall(ActiveFault fault, Runnable onResume) {
        stalls++;
        writer.hold(true);
        fault.whenRemoved(() -> {
            if (--stalls == 0) {
                writer.hold(false);
            }
            onResume.run();
        });
    }

    /** Executes a request, unless a fault strikes it. */
    void handle(Request request) {
        ActiveFault fault = core.faults().matchRequest(request);
        if (fault == null) {
            connection.execute();
            return;
        }
        FaultSpec spec = fault.spec();
        switch (spec.kind()) {
            case CUT -> connection.close();
            case RESET -> connection.reset();
            case IGNORE -> connection.endRequest();
            case STALL ->
                stall(fault, () -> {
                    connection.execute();
                    connection.loop().proceedLater();
                });
            case DELAY_REQUEST -> later(spec, connection::execute);
            case ANSWER -> connection.send(spec.text() + "\n");
            case ANSWER_AND_CLOSE -> {
                connection.send(spec.text() + "\n");
                connection.close();
            }
            default -> {
                onAnswer = fault;
                connection.execute();
            }
        }
    }

    /** Sends the answer of a request, unless a fault strikes it. */
    void answer(Request request, String line) {
        if (onAnswer == null) {
            connection.send(line);
            return;
        }
        FaultSpec spec = onAnswer.spec();
        onAnswer = null;
        switch (spec.kind()) {
            case DELAY_ANSWER -> later(spec, () -> connection.send(line));
            case LOSE_ANSWER -> connection.close();
            case GARBLE -> connection.send(garbage());
            case CUT_MID_LINE -> {
                connection.sendPart(line.substring(0, line.length() / 2));
                writer.flush();
                connection.reset();
            }
            case SPLIT -> split(line, spec);
            case PUSH_FIRST -> connection.send(spec.text() + "\n" + line);
            case GRANT_FIELDS -> connection.send(refit(line, spec.number(), request));
            case HUGE_STATS -> connection.send(line.startsWith("ok {") ? core.statsLine(spec.number()) : line);
            case EXPIRE_GRANT -> {
                connection.send(line);
                core.table().expireNow(request.key());
            }
            default -> connection.send(line);
        }
    }

    private void split(String line, FaultSpec spec) {
        if (line.length() == 1) {
            connection.send(line);
            return;
        }
        connection.sendPart(line.substring(0, 1));
        writer.flush();
        later(spec, () -> split(line.substring(1), spec));
    }

    private void later(FaultSpec spec, Runnable action) {
        connection.eventLoop().schedule(action, spec.pause().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A line of bytes that are neither a status nor UTF-8. */
    private static String garbage() {
        StringBuilder line = new StringBuilder();
        new SplittableRandom().ints(23, 0x80, 0x100).forEach(c -> line.append((char) c));
        return line.append('\n').toString();
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
            fitted[given] = Long.toString(core.table().fences().latest());
        }
        return String.join(" ", fitted) + "\n";
    }

    private static boolean isToken(String word) {
        return word.length() == 32;
    }
}
