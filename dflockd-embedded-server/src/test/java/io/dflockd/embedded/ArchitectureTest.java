package io.dflockd.embedded;

import static com.tngtech.archunit.base.DescribedPredicate.anyElementThat;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows between the packages, and the types that users see. */
class ArchitectureTest {

    private static final String API = "io.dflockd.embedded";

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(API);

    @Test
    void packagesDependOnEachOtherOneWay() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("api")
                .definedBy(API)
                .layer("server")
                .definedBy(API + ".server")
                .layer("table")
                .definedBy(API + ".table")
                .layer("cli")
                .definedBy(API + ".cli")
                .whereLayer("api")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("server")
                .mayOnlyBeAccessedByLayers("api")
                .whereLayer("table")
                .mayOnlyBeAccessedByLayers("api", "server")
                .whereLayer("cli")
                .mayOnlyBeAccessedByLayers("api")
                .check(MAIN);
    }

    @Test
    void usersSeeOnlyTypesOfTheApiAndTheJdk() {
        DescribedPredicate<JavaClass> internal = resideInAnyPackage(API + ".*..", "io.netty..");
        methods()
                .that()
                .arePublic()
                .and()
                .areDeclaredInClassesThat(resideInAnyPackage(API))
                .should()
                .haveRawReturnType(not(internal))
                .andShould()
                .notHaveRawParameterTypes(anyElementThat(internal))
                .check(MAIN);
    }

    @Test
    void serverNeedsNothingButItsThreeDependencies() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        API + "..", "io.netty..", "org.slf4j..", "org.jspecify..", "java..", "javax.net.ssl..")
                .check(MAIN);
    }
}
