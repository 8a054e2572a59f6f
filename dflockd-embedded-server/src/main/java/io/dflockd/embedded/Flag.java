package io.dflockd.embedded;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A setting of the program, with the real server's names.
 *
 * @param name what follows {@code --}
 * @param variables the environment variables that set it too, the first one that is not empty counts
 * @param fallback the value if nothing sets it
 * @param help what {@code --help} says
 */
record Flag(String name, List<String> variables, String fallback, String help) {

    static final String AUTO_RELEASE = "auto-release-on-disconnect";
    static final String AUTH_TOKEN = "auth-token";
    static final String AUTH_TOKEN_FILE = "auth-token-file";
    static final String TLS_CERT = "tls-cert";
    static final String TLS_KEY = "tls-key";
    static final String SHUTDOWN_TIMEOUT = "shutdown-timeout";
    static final String GENERATION = "generation";
    static final String DEBUG = "debug";

    private static final String GC_INTERVAL = "gc-interval";
    private static final String GC_MAX_IDLE = "gc-max-idle";

    private static final List<Flag> ALL = List.of(
            flag("host", "DFLOCKD_HOST", "127.0.0.1", "address to listen on"),
            flag("port", "DFLOCKD_PORT", "6388", "port to listen on, 0 for a free one"),
            flag("default-lease-ttl", "DFLOCKD_DEFAULT_LEASE_TTL_S", "33", "lease of grants that ask for none, s"),
            flag("lease-sweep-interval", "DFLOCKD_LEASE_SWEEP_INTERVAL_S", "1", "how often leases are checked, s"),
            flag("read-timeout", "DFLOCKD_READ_TIMEOUT_S", "23", "silence that closes a connection, s"),
            flag("write-timeout", "DFLOCKD_WRITE_TIMEOUT_S", "5", "how long an answer may be stuck, s, 0 for ever"),
            flag(AUTO_RELEASE, "DFLOCKD_AUTO_RELEASE_ON_DISCONNECT", "true", "free what a connection held"),
            flag("max-locks", "DFLOCKD_MAX_LOCKS", "1024", "how many keys there may be"),
            flag("max-waiters", "DFLOCKD_MAX_WAITERS", "0", "how many may wait for a key, 0 for any number"),
            flag("max-connections", "DFLOCKD_MAX_CONNECTIONS", "0", "how many connections, 0 for any number"),
            flag("max-subscriptions", "DFLOCKD_MAX_SUBSCRIPTIONS", "0", "per connection, 0 for any number"),
            // The real server renamed these two variables in later versions.
            new Flag(
                    GC_INTERVAL,
                    List.of("DFLOCKD_GC_LOOP_SLEEP", "DFLOCKD_GC_INTERVAL_S"),
                    "5",
                    "how often idle keys are looked for, s"),
            new Flag(
                    GC_MAX_IDLE,
                    List.of("DFLOCKD_GC_MAX_UNUSED_TIME", "DFLOCKD_GC_MAX_IDLE_S"),
                    "60",
                    "when an idle key is forgotten, s"),
            flag(AUTH_TOKEN, "DFLOCKD_AUTH_TOKEN", "", "token that clients must send first"),
            flag(AUTH_TOKEN_FILE, "DFLOCKD_AUTH_TOKEN_FILE", "", "file with that token"),
            flag(TLS_CERT, "DFLOCKD_TLS_CERT", "", "certificate and its chain, PEM"),
            flag(TLS_KEY, "DFLOCKD_TLS_KEY", "", "private key, PEM, not encrypted"),
            flag(SHUTDOWN_TIMEOUT, "DFLOCKD_SHUTDOWN_TIMEOUT_S", "30", "how long SIGTERM waits, s, 0 for ever"),
            flag(DEBUG, "DFLOCKD_DEBUG", "false", "log more"),
            flag(GENERATION, "DFLOCKD_GENERATION", "g2", "server generation to imitate, g1 or g2"));

    private static Flag flag(String name, String variable, String fallback, String help) {
        return new Flag(name, List.of(variable), fallback, help);
    }

    static Optional<Flag> named(String name) {
        return ALL.stream().filter(f -> f.name.equals(name)).findFirst();
    }

    /** Whether it may stand without a value, which then is true. */
    boolean isSwitch() {
        return name.equals(AUTO_RELEASE) || name.equals(DEBUG);
    }

    /** What the environment says, with the name of the variable. */
    Map.@Nullable Entry<String, String> from(Map<String, String> environment) {
        for (String variable : variables) {
            String value = environment.getOrDefault(variable, "");
            if (!value.isEmpty()) {
                return Map.entry(variable, value);
            }
        }
        return null;
    }

    /** The text of {@code --help}. */
    static String usage() {
        StringBuilder text = new StringBuilder("""
                An embedded dflockd server, for development and tests only.

                Usage: java -jar dflockd-embedded-server-<version>-exec.jar [flags]

                A flag wins over its environment variable, except for the auth token.

                """);
        for (Flag flag : ALL) {
            String fallback = flag.fallback.isEmpty() ? "" : " (default " + flag.fallback + ")";
            line(text, flag.name, flag.help + fallback + ", " + flag.variables.get(0));
        }
        line(text, "version", "print the version and exit");
        line(text, "help", "print this and exit");
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String help) {
        text.append(String.format(Locale.ROOT, "%-32s%s%n", "  --" + name, help));
    }
}
