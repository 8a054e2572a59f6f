package io.dflockd.embedded.server;

import io.dflockd.embedded.table.Dialect;
import io.dflockd.embedded.table.HoldMode;
import io.dflockd.embedded.table.Holder;
import io.dflockd.embedded.table.LeaseTime;
import io.dflockd.embedded.table.LockTable;
import io.dflockd.embedded.table.Outcome;
import io.dflockd.embedded.table.Refusal;
import io.dflockd.embedded.table.Resource;
import io.dflockd.embedded.table.SignalTable;
import io.dflockd.embedded.table.SubjectPattern;
import io.dflockd.embedded.table.Waiter;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The commands: checks their fields, asks the tables, words the answers. */
final class Commands {

    /** The commands of all generations; all others are counted together. */
    static final Set<String> KNOWN =
            Set.of("l r n e w sl sr sn se sw rl wl re we auth stats listen unlisten signal".split(" "));

    private static final String OK = "ok\n";

    private final ServerCore core;
    private final LockTable table;
    private final SignalTable signals;
    private final Dialect dialect;

    Commands(ServerCore core) {
        this.core = core;
        this.table = core.table();
        this.signals = core.signals();
        this.dialect = core.settings().dialect();
    }

    /** Answers the request at once, or blocks the connection with a waiter. */
    void execute(ServerConnection connection, Request request) {
        String answer;
        try {
            answer = dispatch(connection, request);
        } catch (BadRequest e) {
            answer = Refusal.UNKNOWN.line();
        }
        if (answer != null) {
            connection.answer(answer);
        }
    }

    private @Nullable String dispatch(ServerConnection connection, Request request) throws BadRequest {
        if (request.command().equals("stats")) {
            return core.statsLine(0);
        }
        String key = Arguments.key(request.key());
        String argument = request.argument();
        Arguments words = new Arguments(argument, dialect, core.settings().defaultLease());
        return switch (request.command()) {
            case "l" -> acquire(connection, key, words.timeout(), 1, HoldMode.SLOT, words.lease());
            case "sl" -> acquire(connection, key, words.timeout(), words.limit(), HoldMode.SLOT, words.lease());
            case "rl" -> acquire(connection, key, words.timeout(), readWrite(), HoldMode.READ, words.lease());
            case "wl" -> acquire(connection, key, words.timeout(), readWrite(), HoldMode.WRITE, words.lease());
            case "e" -> enqueue(connection, key, 1, HoldMode.SLOT, words.lease());
            case "se" -> enqueue(connection, key, words.limit(), HoldMode.SLOT, words.lease());
            case "re" -> enqueue(connection, key, readWrite(), HoldMode.READ, words.lease());
            case "we" -> enqueue(connection, key, readWrite(), HoldMode.WRITE, words.lease());
            case "w", "sw" -> await(connection, key, words);
            case "r", "sr" -> release(key, Arguments.token(argument));
            case "n", "sn" -> renew(key, words.word(), words.lease());
            case "listen" -> listen(connection, key, argument);
            case "unlisten" -> unlisten(connection, key, argument);
            case "signal" -> signal(key, argument);
            default -> throw new BadRequest("unknown command");
        };
    }

    private @Nullable String acquire(
            ServerConnection connection, String key, long timeout, long limit, HoldMode mode, LeaseTime lease) {
        return conclude(connection, table.acquire(connection.session(), key, limit, mode, lease), timeout);
    }

    private @Nullable String await(ServerConnection connection, String key, Arguments words) throws BadRequest {
        long timeout = words.timeout();
        words.end();
        return conclude(connection, table.await(connection.session(), key), timeout);
    }

    private @Nullable String conclude(ServerConnection connection, Outcome outcome, long timeout) {
        if (outcome instanceof Waiter waiter) {
            connection.block(waiter, timeout);
            return null;
        }
        return outcome instanceof Holder holder ? granted(holder) : status(outcome);
    }

    /** The answer to a request that was granted. */
    String granted(Holder holder) {
        return "ok " + holder.token() + " " + leaseAndFence(holder);
    }

    private String leaseAndFence(Holder holder) {
        long shown = holder.lease().shown();
        return dialect.hasFences() ? shown + " " + holder.fence() + "\n" : shown + "\n";
    }

    /** The answer without fields. */
    private static String status(Outcome outcome) {
        return outcome instanceof Refusal refusal ? refusal.line() : OK;
    }

    private String enqueue(ServerConnection connection, String key, long limit, HoldMode mode, LeaseTime lease) {
        Outcome outcome = table.enqueue(connection.session(), key, limit, mode, lease);
        if (outcome instanceof Holder holder) {
            return "acquired " + holder.token() + " " + leaseAndFence(holder);
        }
        return outcome instanceof Waiter ? "queued\n" : status(outcome);
    }

    private String release(String key, String token) {
        return status(table.release(key, token));
    }

    private String renew(String key, String token, LeaseTime lease) {
        Outcome outcome = table.renew(key, token, lease);
        return outcome instanceof Holder holder ? "ok " + leaseAndFence(holder) : status(outcome);
    }

    private long readWrite() throws BadRequest {
        if (!dialect.hasReadWriteLocks()) {
            throw new BadRequest("unknown command");
        }
        return Resource.READ_WRITE;
    }

    private String listen(ServerConnection connection, String key, String argument) throws BadRequest {
        requireSignals();
        int max = core.settings().maxSubscriptions();
        if (max > 0 && signals.subscriptionsOf(connection.subscriber()) >= max) {
            throw new BadRequest("too many subscriptions");
        }
        SubjectPattern pattern = SubjectPattern.parse(key).orElseThrow(() -> new BadRequest("misplaced wildcard"));
        signals.listen(connection.subscriber(), pattern, WireText.trim(argument));
        return OK;
    }

    private String unlisten(ServerConnection connection, String key, String argument) throws BadRequest {
        requireSignals();
        signals.unlisten(connection.subscriber(), key, WireText.trim(argument));
        return OK;
    }

    private String signal(String key, String argument) throws BadRequest {
        requireSignals();
        if (SubjectPattern.hasWildcard(key)) {
            throw new BadRequest("wildcard in channel");
        }
        if (argument.isEmpty()) {
            throw new BadRequest("empty payload");
        }
        return "ok " + signals.deliver(key, "sig " + key + " " + argument + "\n") + "\n";
    }

    private void requireSignals() throws BadRequest {
        if (!dialect.hasSignals()) {
            throw new BadRequest("unknown command");
        }
    }
}
