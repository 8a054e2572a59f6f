package io.dflockd.embedded;

import java.util.List;
import java.util.Set;

/** What each command does: checks its fields, asks the lock table or the signals, words the answer. */
final class Commands {

    /** The commands that some generation knows; all others are counted together. */
    static final Set<String> KNOWN = Set.of(
            "l",
            "r",
            "n",
            "e",
            "w",
            "sl",
            "sr",
            "sn",
            "se",
            "sw",
            "rl",
            "wl",
            "re",
            "we",
            "auth",
            "stats",
            "listen",
            "unlisten",
            "signal");

    private static final String OK = "ok\n";
    private static final String ERROR = "error\n";

    private final ServerCore core;
    private final LockTable table;
    private final Signals signals;
    private final Arguments arguments;
    private final Generation generation;

    Commands(ServerCore core) {
        this.core = core;
        this.table = core.table();
        this.signals = core.signals();
        this.generation = core.settings().generation();
        this.arguments = new Arguments(generation, core.settings().defaultLease());
    }

    /** Answers the request at once, or blocks the connection with a waiter. */
    void execute(Connection connection, Request request) {
        try {
            dispatch(connection, request.command(), request.key(), request.argument());
        } catch (BadRequest e) {
            connection.answer(ERROR);
        }
    }

    private void dispatch(Connection connection, String command, String key, String argument) throws BadRequest {
        switch (command) {
            case "l" -> acquire(connection, key, argument, 1, Mode.SLOT);
            case "sl" -> acquireSlot(connection, key, argument);
            case "r", "sr" -> release(connection, key, argument);
            case "n", "sn" -> renew(connection, key, argument);
            case "e" -> enqueue(connection, key, argument, 1, Mode.SLOT);
            case "se" -> enqueueSlot(connection, key, argument);
            case "w", "sw" -> await(connection, key, argument);
            case "stats" -> connection.answer(core.statsLine(0));
            case "listen" -> listen(connection, key, argument);
            case "unlisten" -> unlisten(connection, key, argument);
            case "signal" -> signal(connection, key, argument);
            case "rl" -> readWrite(connection, key, argument, Mode.READ, false);
            case "wl" -> readWrite(connection, key, argument, Mode.WRITE, false);
            case "re" -> readWrite(connection, key, argument, Mode.READ, true);
            case "we" -> readWrite(connection, key, argument, Mode.WRITE, true);
            default -> throw new BadRequest("unknown command");
        }
    }

    private void acquire(Connection connection, String key, String argument, long limit, Mode mode) throws BadRequest {
        Arguments.key(key);
        List<String> words = Arguments.words(argument, 1, 2);
        acquire(connection, key, limit, mode, arguments.timeout(words.get(0)), arguments.lease(words, 1));
    }

    private void acquireSlot(Connection connection, String key, String argument) throws BadRequest {
        Arguments.key(key);
        List<String> words = Arguments.words(argument, 2, 3);
        long timeout = arguments.timeout(words.get(0));
        long limit = Arguments.limit(words.get(1));
        acquire(connection, key, limit, Mode.SLOT, timeout, arguments.lease(words, 2));
    }

    private void acquire(Connection connection, String key, long limit, Mode mode, long timeout, Lease lease) {
        conclude(connection, table.acquire(connection.session, key, limit, mode, lease), timeout);
    }

    private void await(Connection connection, String key, String argument) throws BadRequest {
        Arguments.key(key);
        long timeout = arguments.timeout(Arguments.words(argument, 1, 1).get(0));
        conclude(connection, table.twoPhase().await(connection.session, key), timeout);
    }

    private void conclude(Connection connection, Outcome outcome, long timeout) {
        if (outcome instanceof Holder holder) {
            connection.answer(granted(holder));
        } else if (outcome instanceof Waiter waiter) {
            connection.block(waiter, timeout);
        } else if (outcome instanceof Refusal refusal) {
            connection.answer(refusal.line);
        }
    }

    /** The answer of a request that got what it asked for. */
    String granted(Holder holder) {
        return "ok " + holder.token + " " + leaseAndFence(holder);
    }

    private String leaseAndFence(Holder holder) {
        long shown = holder.lease.shown();
        return generation.hasFences() ? shown + " " + holder.fence + "\n" : shown + "\n";
    }

    private void enqueue(Connection connection, String key, String argument, long limit, Mode mode) throws BadRequest {
        Arguments.key(key);
        List<String> words = Arguments.words(argument, 0, 1);
        enqueue(connection, key, limit, mode, arguments.lease(words, 0));
    }

    private void enqueueSlot(Connection connection, String key, String argument) throws BadRequest {
        Arguments.key(key);
        List<String> words = Arguments.words(argument, 1, 2);
        long limit = Arguments.limit(words.get(0));
        enqueue(connection, key, limit, Mode.SLOT, arguments.lease(words, 1));
    }

    private void enqueue(Connection connection, String key, long limit, Mode mode, Lease lease) {
        Outcome outcome = table.twoPhase().enqueue(connection.session, key, limit, mode, lease);
        if (outcome instanceof Holder holder) {
            connection.answer("acquired " + holder.token + " " + leaseAndFence(holder));
        } else if (outcome instanceof Refusal refusal) {
            connection.answer(refusal.line);
        } else {
            connection.answer("queued\n");
        }
    }

    private void release(Connection connection, String key, String argument) throws BadRequest {
        Arguments.key(key);
        connection.answer(table.release(key, Arguments.token(argument)) ? OK : ERROR);
    }

    private void renew(Connection connection, String key, String argument) throws BadRequest {
        Arguments.key(key);
        List<String> words = Arguments.words(argument, 1, 2);
        Outcome outcome = table.renew(key, words.get(0), arguments.lease(words, 1));
        if (outcome instanceof Holder holder) {
            connection.answer("ok " + leaseAndFence(holder));
        } else if (outcome instanceof Refusal refusal) {
            connection.answer(refusal.line);
        }
    }

    private void readWrite(Connection connection, String key, String argument, Mode mode, boolean twoPhase)
            throws BadRequest {
        if (!generation.hasReadWriteLocks()) {
            throw new BadRequest("unknown command");
        }
        if (twoPhase) {
            enqueue(connection, key, argument, Resource.READ_WRITE, mode);
        } else {
            acquire(connection, key, argument, Resource.READ_WRITE, mode);
        }
    }

    private void listen(Connection connection, String key, String argument) throws BadRequest {
        requireSignals();
        Arguments.key(key);
        String group = WireText.trim(argument);
        int max = core.settings().maxSubscriptions();
        if (max > 0 && signals.subscriptionsOf(connection) >= max) {
            throw new BadRequest("too many subscriptions");
        }
        signals.listen(connection, SubjectPattern.parse(key), group);
        connection.answer(OK);
    }

    private void unlisten(Connection connection, String key, String argument) throws BadRequest {
        requireSignals();
        Arguments.key(key);
        signals.unlisten(connection, key, WireText.trim(argument));
        connection.answer(OK);
    }

    private void signal(Connection connection, String key, String argument) throws BadRequest {
        requireSignals();
        Arguments.key(key);
        if (SubjectPattern.hasWildcard(key)) {
            throw new BadRequest("wildcard in channel");
        }
        if (argument.isEmpty()) {
            throw new BadRequest("empty payload");
        }
        int count = signals.deliver(key, "sig " + key + " " + argument + "\n");
        connection.answer("ok " + count + "\n");
    }

    private void requireSignals() throws BadRequest {
        if (!generation.hasSignals()) {
            throw new BadRequest("unknown command");
        }
    }
}
