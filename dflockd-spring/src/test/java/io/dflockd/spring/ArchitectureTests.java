package io.dflockd.spring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Dependencies point one way: Spring to the client, users' packages to none of the packages that enable them. */
@AnalyzeClasses(packages = "io.dflockd.spring", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.dflockd.spring.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nothingNeedsBoot = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework.boot..", "io.dflockd.spring.boot..");

    @ArchTest
    static final ArchRule onlyTheClientsApiIsUsed = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.dflockd.client.internal..", "io.dflockd.embedded..", "io.netty..");

    @ArchTest
    static final ArchRule locksAndSignalsDoNotKnowEachOther = noClasses()
            .that()
            .resideInAPackage("io.dflockd.spring.lock..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.dflockd.spring.signal..");

    @ArchTest
    static final ArchRule signalsAndLocksDoNotKnowEachOther = noClasses()
            .that()
            .resideInAPackage("io.dflockd.spring.signal..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.dflockd.spring.lock..");

    @ArchTest
    static final ArchRule locksAndSignalsWorkWithoutSpringIntegration = noClasses()
            .that()
            .resideInAnyPackage("io.dflockd.spring.lock..", "io.dflockd.spring.signal..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.dflockd.spring.integration..", "org.springframework.integration..");

    @ArchTest
    static final ArchRule templatesWorkWithoutAnnotations = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.dflockd.spring.lock", "io.dflockd.spring.signal", "io.dflockd.spring.signal.listener")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..annotation", "..interceptor", "..config", "..endpoint")
            .as("templates and listener containers do not depend on annotations");

    @ArchTest
    static final ArchRule annotationsAreEnabledInOnePlace = classes()
            .that()
            .haveSimpleNameStartingWith("Enable")
            .should()
            .resideInAPackage("io.dflockd.spring.*.config");
}
