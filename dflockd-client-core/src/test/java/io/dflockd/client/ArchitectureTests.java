package io.dflockd.client;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.junit.jupiter.api.Test;

/** The arrows between the packages, and the types that users see. */
class ArchitectureTests {

    private static final String API = "io.dflockd.client";

    private static final String INTERNAL = API + ".internal";

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(API);

    @Test
    void packagesDependOnEachOtherOneWay() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("api")
                .definedBy(API)
                .layer("protocol")
                .definedBy(API + ".protocol")
                .layer("assembly")
                .definedBy(INTERNAL, INTERNAL + ".nolock")
                .layer("features")
                .definedBy(INTERNAL + ".lock", INTERNAL + ".signal", INTERNAL + ".stats")
                .layer("leader")
                .definedBy(INTERNAL + ".leader")
                .layer("reentrant")
                .definedBy(INTERNAL + ".reentrant")
                .layer("settings")
                .definedBy(INTERNAL + ".settings")
                .layer("net")
                .definedBy(INTERNAL + ".net")
                .layer("loop")
                .definedBy(INTERNAL + ".loop")
                .layer("wire")
                .definedBy(INTERNAL + ".wire")
                .whereLayer("protocol")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("assembly")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("features")
                .mayOnlyBeAccessedByLayers("assembly", "protocol")
                .whereLayer("leader")
                .mayOnlyBeAccessedByLayers("assembly")
                .whereLayer("reentrant")
                .mayOnlyBeAccessedByLayers("assembly", "features")
                .whereLayer("settings")
                .mayOnlyBeAccessedByLayers("assembly", "features", "net", "protocol")
                .whereLayer("net")
                .mayOnlyBeAccessedByLayers("assembly", "features", "protocol")
                .whereLayer("loop")
                .mayOnlyBeAccessedByLayers("assembly", "leader", "features", "net", "protocol", "reentrant", "settings")
                .whereLayer("wire")
                .mayOnlyBeAccessedByLayers("assembly", "features", "net", "protocol")
                // The only place where the API makes its implementation.
                .ignoreDependency(belongToAnyOf(DflockdClientBuilder.class, DflockdClient.class), alwaysTrue())
                .check(MAIN);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.dflockd.(**)")
                .should()
                .beFreeOfCycles()
                .ignoreDependency(belongToAnyOf(DflockdClientBuilder.class, DflockdClient.class), alwaysTrue())
                .check(MAIN);
    }

    @Test
    void usersSeeNothingOfNetty() {
        classes()
                .that()
                .resideInAnyPackage(API, API + ".protocol")
                .and()
                .arePublic()
                .should(showOnlyTypesOfTheirOwn())
                .check(MAIN);
    }

    /** What is public or protected may mention the API's own types and the JDK's, and annotations. */
    private static ArchCondition<JavaClass> showOnlyTypesOfTheirOwn() {
        return new ArchCondition<>("show only types of the API and of the JDK") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaCodeUnit unit : type.getCodeUnits()) {
                    if (!unit.getModifiers().contains(JavaModifier.PUBLIC)
                            && !unit.getModifiers().contains(JavaModifier.PROTECTED)) {
                        continue;
                    }
                    check(type, unit.getRawReturnType(), unit.getDescription(), events);
                    unit.getRawParameterTypes().forEach(shown -> check(type, shown, unit.getDescription(), events));
                }
            }

            private void check(JavaClass type, JavaClass shown, String where, ConditionEvents events) {
                String name = shown.getBaseComponentType().getName();
                boolean allowed = !name.contains(".")
                        || name.startsWith("java.")
                        || name.startsWith("javax.net.ssl.")
                        || (name.startsWith(API + ".") && !name.startsWith(INTERNAL));
                if (!allowed) {
                    events.add(SimpleConditionEvent.violated(type, where + " shows " + name));
                }
            }
        };
    }

    @Test
    void clientSharesNothingWithTheEmbeddedServer() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.dflockd.embedded..")
                .check(MAIN);
    }

    @Test
    void clientNeedsNothingButItsThreeDependencies() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.dflockd.client..",
                        "io.netty..",
                        "org.slf4j..",
                        "org.jspecify..",
                        "java..",
                        "javax.net.ssl..",
                        "jdk.net..")
                .check(MAIN);
    }
}
