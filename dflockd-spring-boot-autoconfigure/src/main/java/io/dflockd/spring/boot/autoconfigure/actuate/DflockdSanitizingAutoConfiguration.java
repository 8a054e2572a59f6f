package io.dflockd.spring.boot.autoconfigure.actuate;

import java.util.Locale;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Keeps auth tokens out of {@code /actuator/env} and {@code /actuator/configprops}, also where these show all values. */
@AutoConfiguration
@ConditionalOnClass(SanitizingFunction.class)
public final class DflockdSanitizingAutoConfiguration {

    DflockdSanitizingAutoConfiguration() {}

    @Bean
    static SanitizingFunction dflockdSanitizingFunction() {
        return SanitizingFunction.sanitizeValue().ifKeyMatches(DflockdSanitizingAutoConfiguration::isToken);
    }

    /** As a property, a bean's property or an environment variable. */
    private static boolean isToken(String key) {
        String letters = key.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
        return letters.startsWith("dflockd") && letters.endsWith("authtoken");
    }
}
