package io.dflockd.spring.lock.interceptor;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/** Finds what {@link Object#toString()} writes, a class name and an identity hash, in a longer text. */
final class ObjectIdentities {

    private static final Pattern CANDIDATE = Pattern.compile("([\\w.$/\\[;]+)@[0-9a-f]{1,8}(?![\\w.-])");

    private static final Pattern ARRAY = Pattern.compile("\\[(?:[ZBCSIJFD]|L[\\w.$]+;)$");

    private ObjectIdentities() {}

    /** The first identity, null where there is none. A mail address is none: what precedes its @ is not a class. */
    static @Nullable String find(String text, @Nullable ClassLoader classLoader) {
        if (text.indexOf('@') < 0) {
            return null;
        }
        Matcher matcher = CANDIDATE.matcher(text);
        while (matcher.find()) {
            String name = matcher.group(1);
            if (name.contains("$$Lambda")
                    || ARRAY.matcher(name).find()
                    || ClassUtils.isPresent(name.substring(name.lastIndexOf('[') + 1), classLoader)) {
                return matcher.group();
            }
        }
        return null;
    }
}
