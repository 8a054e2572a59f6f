package io.dflockd.embedded.server;

import io.dflockd.embedded.table.Dialect;
import io.dflockd.embedded.table.HoldMode;
import io.dflockd.embedded.table.Holder;
import io.dflockd.embedded.table.LeaseTime;
import io.dflockd.embedded.table.LockTable;
import io.dflockd.embedded.table.Outcome;
import io.dflockd.embedded.table.Refusal;
import io.dflockd.embedded.table.Resource;
import io.dflockd.embedded.table.ResourceName;
import io.dflockd.embedded.table.SignalTable;
import io.dflockd.embedded.table.SubjectPattern;
import io.dflockd.embedded.table.Trait;
import io.dflockd.embedded.table.Waiter;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The commands: checks their fields, asks the tables, words the answers. */
final class Commands {

    /** The commands of all generations; all others are counted together. */
    static final Set<String> KNOWN =
            Set.of("l r n e w sl sr sn se sw rl wl re we auth stats ping listen unlisten signal".split(" "));

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

    /** A request whose fields are valid. Answers, or blocks the connection with a waiter and returns null. */
    private interface Action {
        @Nullable
        String run(ServerConnection connection);
    }

    /** Answers the request at once, or blocks the connection with a waiter. */
    void execute(ServerConnection connection, Request request) {
        Action action;
        try {
            action = parse(request);
        } catch (BadRequest e) {
            connection.answer(Refusal.UNKNOWN.line());
            return;
        }
        if (core.draining() && dialect.has(Trait.REFUSES_WHILE_DRAINING)) {
            connection.refuse("error_draining\n");
            return;
        }
        String answer = action.run(connection);
        if (answer != null) {
            connection.answer(answer);
        }
    }

    private Action parse(Request request) throws BadRequest {
        switch (request.command()) {
            case "stats" -> {
                return connection -> core.statsLine(0);
            }
            case "auth" -> {
                // There is no token, or the connection has sent it already.
                return connection -> Refusal.UNKNOWN.line();
            }
            case "ping" -> {
                require(Trait.PING);
                return connection -> OK;
            }
            default -> {
                String key = Arguments.key(request.key());
                Arguments words = new Arguments(
                        request.argument(), dialect, core.settings().defaultLease());
                return parse(request.command(), key, request.argument(), words);
            }
        }
    }

    private Action parse(String command, String key, String argument, Arguments words) throws BadRequest {
        return switch (command) {
            case "l" -> acquire(lock(key), words.timeout(), 1, HoldMode.SLOT, words.lease());
            case "sl" -> acquire(semaphore(key), words.timeout(), words.limit(), HoldMode.SLOT, words.lease());
            case "rl" -> acquire(lock(key), words.timeout(), readWrite(), HoldMode.READ, words.lease());
            case "wl" -> acquire(lock(key), words.timeout(), readWrite(), HoldMode.WRITE, words.lease());
            case "e" -> enqueue(lock(key), 1, HoldMode.SLOT, words.lease());
            case "se" -> enqueue(semaphore(key), words.limit(), HoldMode.SLOT, words.lease());
            case "re" -> enqueue(lock(key), readWrite(), HoldMode.READ, words.lease());
            case "we" -> enqueue(lock(key), readWrite(), HoldMode.WRITE, words.lease());
            case "w" -> await(lock(key), words);
            case "sw" -> await(semaphore(key), words);
            case "r" -> release(lock(key), Arguments.token(argument));
            case "sr" -> release(semaphore(key), Arguments.token(argument));
            case "n" -> renew(lock(key), words.word(), words.lease());
            case "sn" -> renew(semaphore(key), words.word(), words.lease());
            case "listen" -> listen(key, argument);
            case "unlisten" -> unlisten(key, argument);
            case "signal" -> signal(key, argument);
            default -> throw new BadRequest("unknown command");
        };
    }

    private static ResourceName lock(String key) {
        return new ResourceName(key, false);
    }

    private ResourceName semaphore(String key) {
        return new ResourceName(key, dialect.has(Trait.SEPARATE_NAMESPACES));
    }

    private Action acquire(ResourceName name, long timeout, long limit, HoldMode mode, LeaseTime lease) {
        return connection ->
                conclude(connection, table.acquire(connection.session(), name, limit, mode, lease), timeout);
    }

    private Action await(ResourceName name, Arguments words) throws BadRequest {
        long timeout = words.timeout();
        words.end();
        return connection -> conclude(connection, table.await(connection.session(), name), timeout);
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
        return dialect.fences() == Dialect.Fences.FIELD ? shown + " " + holder.fence() + "\n" : shown + "\n";
    }

    /** The answer without fields. */
    private static String status(Outcome outcome) {
        return outcome instanceof Refusal refusal ? refusal.line() : OK;
    }

    private Action enqueue(ResourceName name, long limit, HoldMode mode, LeaseTime lease) {
        return connection -> {
            Outcome outcome = table.enqueue(connection.session(), name, limit, mode, lease);
            if (outcome instanceof Holder holder) {
                return "acquired " + holder.token() + " " + leaseAndFence(holder);
            }
            return outcome instanceof Waiter ? "queued\n" : status(outcome);
        };
    }

    private Action release(ResourceName name, String token) {
        return connection -> status(table.release(name, token));
    }

    private Action renew(ResourceName name, String token, LeaseTime lease) {
        return connection -> {
            Outcome outcome = table.renew(name, token, lease);
            return outcome instanceof Holder holder ? "ok " + leaseAndFence(holder) : status(outcome);
        };
    }

    private long readWrite() throws BadRequest {
        require(Trait.READ_WRITE_LOCKS);
        return Resource.READ_WRITE;
    }

    private Action listen(String key, String argument) throws BadRequest {
        require(Trait.SIGNALS);
        int max = core.settings().maxSubscriptions();
        Optional<SubjectPattern> pattern = SubjectPattern.parse(key);
        return connection -> {
            if (pattern.isEmpty() || (max > 0 && signals.subscriptionsOf(connection.subscriber()) >= max)) {
                return Refusal.UNKNOWN.line();
            }
            signals.listen(connection.subscriber(), pattern.get(), WireText.trim(argument));
            return OK;
        };
    }

    private Action unlisten(String key, String argument) throws BadRequest {
        require(Trait.SIGNALS);
        return connection -> {
            signals.unlisten(connection.subscriber(), key, WireText.trim(argument));
            return OK;
        };
    }

    private Action signal(String key, String argument) throws BadRequest {
        require(Trait.SIGNALS);
        if (SubjectPattern.hasWildcard(key)) {
            throw new BadRequest("wildcard in channel");
        }
        if (argument.isEmpty()) {
            throw new BadRequest("empty payload");
        }
        return connection -> "ok " + signals.deliver(key, "sig " + key + " " + argument + "\n") + "\n";
    }

    private void require(Trait trait) throws BadRequest {
        if (!dialect.has(trait)) {
            throw new BadRequest("unknown command");
        }
    }
}
