package io.dflockd.spring.boot.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.autoconfigure.OverrideAutoConfiguration;
import org.springframework.boot.test.context.filter.annotation.TypeExcludeFilters;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.core.annotation.AliasFor;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * A test of locking components only: auto-configures dflockd and nothing else, against an embedded server of the test's
 * own. No component of the application is scanned; name those under test with {@code @Import} or {@link #includeFilters()}.
 *
 * <pre>{@code
 * @DflockdTest
 * @Import(OrderService.class)
 * class OrderServiceTests { ... }
 * }</pre>
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@BootstrapWith(DflockdTestContextBootstrapper.class)
@ExtendWith(SpringExtension.class)
@OverrideAutoConfiguration(enabled = false)
@TypeExcludeFilters(DflockdTypeExcludeFilter.class)
@AutoConfigureDflockd
@ImportAutoConfiguration
public @interface DflockdTest {

    /**
     * Properties that are added to the environment, as {@code key=value}.
     *
     * @return none by default
     */
    String[] properties() default {};

    /**
     * Whether components of the application are left out.
     *
     * @return true by default
     */
    boolean useDefaultFilters() default true;

    /**
     * Components to scan all the same.
     *
     * @return none by default
     */
    Filter[] includeFilters() default {};

    /**
     * Components to leave out although they are included.
     *
     * @return none by default
     */
    Filter[] excludeFilters() default {};

    /**
     * Auto-configurations to leave out.
     *
     * @return none by default
     */
    @AliasFor(annotation = ImportAutoConfiguration.class, attribute = "exclude")
    Class<?>[] excludeAutoConfiguration() default {};
}
