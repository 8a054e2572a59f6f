package io.dflockd.spring.boot.test;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;

/** The {@code dflockd} properties of another source, to have them at another place. */
final class DflockdPropertySource extends EnumerablePropertySource<PropertySource<?>> implements OriginLookup<String> {

    private static final String PREFIX = "dflockd.";

    DflockdPropertySource(String name, PropertySource<?> source) {
        super(name, source);
    }

    @Override
    public String[] getPropertyNames() {
        return getSource() instanceof EnumerablePropertySource<?> enumerable
                ? Arrays.stream(enumerable.getPropertyNames())
                        .filter(DflockdPropertySource::isOfDflockd)
                        .toArray(String[]::new)
                : new String[0];
    }

    @Override
    public @Nullable Object getProperty(String name) {
        return isOfDflockd(name) ? getSource().getProperty(name) : null;
    }

    @Override
    public @Nullable Origin getOrigin(String key) {
        return OriginLookup.getOrigin(getSource(), key);
    }

    private static boolean isOfDflockd(String name) {
        return name.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
    }
}
