package io.dflockd.spring.boot.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import org.springframework.context.annotation.ImportSelector;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/** Has what is for a dflockd that is switched off read only where it may be. */
final class SwitchedOffSelector implements ImportSelector {

    private final Environment environment;

    SwitchedOffSelector(Environment environment) {
        this.environment = environment;
    }

    @Override
    public String[] selectImports(AnnotationMetadata importing) {
        List<String> selected = new ArrayList<>();
        if (environment.containsProperty("dflockd.without-locking")) {
            selected.add(WithoutLockingConfiguration.class.getName());
        }
        if (!"true".equalsIgnoreCase(environment.getProperty("dflockd.enabled", "true"))) {
            selected.add(IgnoredListeners.class.getName());
        }
        return selected.toArray(String[]::new);
    }
}
