package io.dflockd.shedlock;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** No Spring, and only the API of the client. */
@AnalyzeClasses(packages = "io.dflockd.shedlock", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

    @ArchTest
    static final ArchRule needsTheClientAndShedLockOnly = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.dflockd.shedlock",
                    "io.dflockd.client",
                    "net.javacrumbs.shedlock.core",
                    "net.javacrumbs.shedlock.support",
                    "java..",
                    "org.jspecify..",
                    "org.slf4j..");
}
