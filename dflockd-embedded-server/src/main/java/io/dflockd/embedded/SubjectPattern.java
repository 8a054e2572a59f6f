package io.dflockd.embedded;

/** A pattern of {@code listen}: tokens between dots, {@code *} for one token, a final {@code >} for one or more. */
record SubjectPattern(String text, String[] tokens, boolean wildcard) {

    /** Reads a pattern; wildcards may only be whole tokens, and {@code >} only the last one. */
    static SubjectPattern parse(String text) throws BadRequest {
        String[] tokens = split(text);
        boolean wildcard = false;
        for (int i = 0; i < tokens.length; i++) {
            String token = tokens[i];
            boolean full = token.equals(">");
            if (full || token.equals("*")) {
                wildcard = true;
                if (full && i < tokens.length - 1) {
                    throw new BadRequest("> before the end");
                }
            } else if (hasWildcard(token)) {
                throw new BadRequest("wildcard within a token");
            }
        }
        return new SubjectPattern(text, tokens, wildcard);
    }

    static boolean hasWildcard(String text) {
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
