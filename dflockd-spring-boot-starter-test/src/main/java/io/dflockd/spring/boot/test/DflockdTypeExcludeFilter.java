package io.dflockd.spring.boot.test;

import org.springframework.boot.test.context.filter.annotation.StandardAnnotationCustomizableTypeExcludeFilter;

/** Leaves the application's components out of {@link DflockdTest}. */
final class DflockdTypeExcludeFilter extends StandardAnnotationCustomizableTypeExcludeFilter<DflockdTest> {

    DflockdTypeExcludeFilter(Class<?> testClass) {
        super(testClass);
    }
}
