package io.dflockd.embedded;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs an {@link EmbeddedDflockdServer} from the command line, with the real server's flags and environment variables;
 * see {@code --help}. Prints one line with {@code listening on host:port} when ready. On SIGTERM and SIGINT it drains as
 * the real server does, then exits with status 0.
 */
public final class EmbeddedServerMain {

    private static final int USAGE_ERROR = 2;
    private static final int FAILURE = 1;

    private EmbeddedServerMain() {}

    /**
     * Runs until the process is told to end.
     *
     * @param arguments the flags
     */
    public static void main(String[] arguments) {
        int status = run(List.of(arguments), System.out, System.err);
        if (status >= 0) {
            System.exit(status);
        }
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns an exit status, or a negative number if a server is running now. */
    private static int run(List<String> arguments, PrintStream out, PrintStream err) {
        try {
            CommandLine line = CommandLine.parse(arguments, System.getenv());
            if (line.asksForHelp()) {
                out.print(Flag.usage());
                return 0;
            }
            if (line.asksForVersion()) {
                String version = EmbeddedServerMain.class.getPackage().getImplementationVersion();
                out.println("dflockd-embedded-server " + (version == null ? "(unpackaged)" : version));
                return 0;
            }
            logTo(line.debug() ? "debug" : "warn");
            EmbeddedDflockdServerBuilder builder = line.toBuilder();
            WarmUp.run(line.generation());
            EmbeddedDflockdServer server = builder.start();
            drainOnExit(server, line.shutdownTimeout());
            out.println("dflockd embedded server, for development and tests, listening on " + server.address());
            out.flush();
            return -1;
        } catch (CommandLine.UsageException e) {
            err.println(e.getMessage());
            err.println("--help lists the flags");
            return USAGE_ERROR;
        } catch (IOException e) {
            err.println(e.getMessage()
                    + (e.getCause() == null ? "" : ": " + e.getCause().getMessage()));
            return FAILURE;
        }
    }

    /** Only the runnable jar carries this logger; elsewhere the settings have no effect. */
    private static void logTo(String level) {
        System.setProperty("org.slf4j.simpleLogger.log.io.dflockd", level);
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    }

    private static void drainOnExit(EmbeddedDflockdServer server, Duration patience) {
        Thread drain = new Thread(
                () -> {
                    try {
                        CompletableFuture<?> drained = server.shutdown();
                        if (patience.isZero()) {
                            drained.get();
                        } else {
                            drained.get(patience.toMillis() + 1000, TimeUnit.MILLISECONDS);
                        }
                    } catch (InterruptedException | ExecutionException | TimeoutException e) {
                        System.err.println("did not drain: " + e);
                    }
                    server.close();
                    // Draining is the regular end, not a failure: without this the status would be 128 + the signal.
                    Runtime.getRuntime().halt(0);
                },
                "dflockd-embedded-drain");
        Runtime.getRuntime().addShutdownHook(drain);
    }
}
