package io.dflockd.embedded;

/**
 * One request as the server read it, decoded as UTF-8.
 *
 * @param connectionId the connection that sent it
 * @param command the first line
 * @param key the second line
 * @param argument the third line, or {@link #REDACTED} if the command is {@code auth}
 */
public record RequestView(long connectionId, String command, String key, String argument) {

    /** Replaces a secret. */
    public static final String REDACTED = "<redacted>";

    @Override
    public String toString() {
        return command + " " + key + (argument.isEmpty() ? "" : " " + argument);
    }
}
