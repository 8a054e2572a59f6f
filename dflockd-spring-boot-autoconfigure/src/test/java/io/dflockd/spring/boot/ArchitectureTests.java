package io.dflockd.spring.boot;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Dependencies point one way: Boot to Spring to the client. */
@AnalyzeClasses(packages = "io.dflockd", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.dflockd.spring.boot.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule springDoesNotKnowBoot = noClasses()
            .that()
            .resideInAPackage("io.dflockd.spring..")
            .and()
            .resideOutsideOfPackage("io.dflockd.spring.boot..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.dflockd.spring.boot..");

    @ArchTest
    static final ArchRule clientDoesNotKnowSpring = noClasses()
            .that()
            .resideInAPackage("io.dflockd.client..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.dflockd.spring..", "org.springframework..");

    @ArchTest
    static final ArchRule onlyTheClientsApiIsUsed = noClasses()
            .that()
            .resideInAPackage("io.dflockd.spring..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.dflockd.client.internal..");
}
