package io.dflockd.client;

/**
 * What a server is and can do, as its answers show. There is no request for its version, so this is a conclusion; the client
 * bases nothing on it.
 *
 * @param generation the versions that answer so
 * @param signals whether it has signals
 * @param fences where it puts the fence number of a grant
 */
public record ServerAbilities(Generation generation, boolean signals, Fences fences) {

    /** Nothing is known. */
    public static final ServerAbilities UNKNOWN = new ServerAbilities(Generation.UNKNOWN, false, Fences.NONE);

    /** Versions of servers that answer in the same way. */
    public enum Generation {
        /** 1.10. */
        V1_10,
        /** 1.11 to 1.16. */
        V1_11_TO_1_16,
        /** The branch {@code redis-feats}, which is in no release. */
        REDIS_FEATS_BRANCH,
        /** 2.0 and later. */
        V2,
        /** The answers fit none of these, or there was none. */
        UNKNOWN
    }

    /** Where a server puts fence numbers. */
    public enum Fences {
        /** In a field of each grant; the client reads it. */
        IN_FIELD,
        /**
         * In the token, from 2.1 on; the client reads it with {@link DflockdClientBuilder#fenceFromToken(boolean)}. 2.0 has none
         * and cannot be told from 2.1.
         */
        IN_TOKEN,
        /** It issues none. */
        NONE
    }
}
