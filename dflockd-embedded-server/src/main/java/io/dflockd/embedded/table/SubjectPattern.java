package io.dflockd.embedded.table;

import java.util.Optional;

/** A pattern of {@code listen}: tokens between dots, {@code *} for one token, a final {@code >} for one or more. */
public record SubjectPattern(String text, String[] tokens, boolean wildcard) {

    /** Reads a pattern; empty unless wildcards are whole tokens and {@code >} is the last one. */
    public static Optional<SubjectPattern> parse(String text) {
        String[] tokens = split(text);
        boolean wildcard = false;
        for (int i = 0; i < tokens.length; i++) {
            String token = tokens[i];
            boolean full = token.equals(">");
            if (full || token.equals("*")) {
                wildcard = true;
                if (full && i < tokens.length - 1) {
                    return Optional.empty();
                }
            } else if (hasWildcard(token)) {
                return Optional.empty();
            }
        }
        return Optional.of(new SubjectPattern(text, tokens, wildcard));
    }

    public static boolean hasWildcard(String text) {
        return text.indexOf('*') >= 0 || text.indexOf('>') >= 0;
    }

    static String[] split(String text) {
        return text.split("\\.", -1);
    }

    boolean matches(String[] channel) {
        for (int i = 0; i < tokens.length; i++) {
            if (i >= channel.length) {
                return false;
            }
            if (tokens[i].equals(">")) {
                return true;
            }
            if (!tokens[i].equals("*") && !tokens[i].equals(channel[i])) {
                return false;
            }
        }
        return tokens.length == channel.length;
    }
}
