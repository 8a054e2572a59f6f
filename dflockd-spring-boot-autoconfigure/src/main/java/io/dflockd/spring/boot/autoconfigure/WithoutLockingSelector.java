package io.dflockd.spring.boot.autoconfigure;

import org.springframework.context.annotation.ImportSelector;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/** Has {@link WithoutLockingConfiguration} read only where its conditions may hold. */
final class WithoutLockingSelector implements ImportSelector {

    private final Environment environment;

    WithoutLockingSelector(Environment environment) {
        this.environment = environment;
    }

    @Override
    public String[] selectImports(AnnotationMetadata importing) {
        return environment.containsProperty("dflockd.without-locking")
                ? new String[] {WithoutLockingConfiguration.class.getName()}
                : new String[0];
    }
}
