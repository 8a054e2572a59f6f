package io.dflockd.client.internal.signal;

import io.dflockd.client.FieldRules;

/** A valid pattern that matches channels as the server does: pushes do not say which pattern they are for. */
final class ChannelPattern {

    private final String text;
    private final byte[] bytes;
    private final String[] tokens;
    private final boolean wildcard;

    ChannelPattern(String text) {
        this.bytes = FieldRules.pattern(text);
        this.text = text;
        this.tokens = split(text);
        this.wildcard = text.contains("*") || text.contains(">");
    }

    String text() {
        return text;
    }

    byte[] bytes() {
        return bytes;
    }

    boolean matches(String channel) {
        if (!wildcard) {
            return text.equals(channel);
        }
        String[] parts = split(channel);
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i].equals(">")) {
                return parts.length > i;
            }
            if (i == parts.length || !(tokens[i].equals("*") || tokens[i].equals(parts[i]))) {
                return false;
            }
        }
        return parts.length == tokens.length;
    }

    private static String[] split(String text) {
        return text.split("\\.", -1);
    }

    @Override
    public String toString() {
        return text;
    }
}
