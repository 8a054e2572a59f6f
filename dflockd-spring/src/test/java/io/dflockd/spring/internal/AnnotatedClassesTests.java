package io.dflockd.spring.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.spring.lock.annotation.DistributedConcurrencyLimit;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import java.io.InputStream;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.core.OverridingClassLoader;

/** Whatever way an annotation gets on a class, it is seen: what is missed here would run unguarded. */
class AnnotatedClassesTests {

    private final AnnotatedClasses classes = new AnnotatedClasses(DistributedLocked.class);

    @Retention(RetentionPolicy.RUNTIME)
    @DistributedLocked("composed")
    @interface Composed {}

    @Retention(RetentionPolicy.RUNTIME)
    @Composed
    @interface ComposedTwice {}

    @Retention(RetentionPolicy.RUNTIME)
    @DistributedLocked("repeated")
    @Repeatable(RepeatedContainer.class)
    @interface Repeated {}

    @Retention(RetentionPolicy.RUNTIME)
    @interface RepeatedContainer {

        Repeated[] value();
    }

    static class OnMethod {

        @DistributedLocked("order")
        void guarded() {}
    }

    @DistributedLocked("order")
    static class OnType {}

    static class Meta {

        @ComposedTwice
        void guarded() {}
    }

    static class Several {

        @Repeated
        @Repeated
        void guarded() {}
    }

    interface Declares {

        @DistributedLocked("order")
        default void guarded() {}
    }

    interface Extends extends Declares {}

    static class Implements implements Extends {}

    static class Inherits extends OnMethod {}

    static class Private {

        @DistributedLocked("order")
        private void guarded() {}
    }

    static class Limited {

        @DistributedConcurrencyLimit(name = "order", limit = 2)
        void guarded() {}
    }

    static class Other {

        @Deprecated
        void notGuarded() {}
    }

    @Test
    void everyWayIsSeen() {
        assertThat(new Class<?>[] {
                    OnMethod.class,
                    OnType.class,
                    Meta.class,
                    Several.class,
                    Implements.class,
                    Inherits.class,
                    Private.class
                })
                .allMatch(classes::contains);
    }

    @Test
    void nothingElseIs() {
        assertThat(new Class<?>[] {Other.class, Object.class, String.class, Deprecated.class})
                .noneMatch(classes::contains);
    }

    /** What classes declare is remembered for all annotations, whichever was looked for first. */
    @Test
    void eachAnnotationIsFoundByItself() {
        AnnotatedClasses limits = new AnnotatedClasses(DistributedConcurrencyLimit.class);
        assertThat(limits.contains(OnMethod.class)).isFalse();
        assertThat(classes.contains(OnMethod.class)).isTrue();
        assertThat(classes.contains(Limited.class)).isFalse();
        assertThat(limits.contains(Limited.class)).isTrue();
    }

    static class Absent {}

    @DistributedLocked("order")
    static class OnTypeWithAnUnreadableMethod {

        void takes(Absent absent) {}
    }

    /** A class that was made at run time, of which a method names an absent class. */
    @Test
    void annotationOnTheTypeIsSeenThoughNeitherMethodsNorClassFileCanBeRead() throws ClassNotFoundException {
        ClassLoader withoutClassFiles = new OverridingClassLoader(getClass().getClassLoader()) {
            @Override
            protected boolean isEligibleForOverriding(String className) {
                return className.equals(OnTypeWithAnUnreadableMethod.class.getName())
                        || className.equals(Absent.class.getName());
            }

            @Override
            protected Class<?> loadClassForOverriding(String name) throws ClassNotFoundException {
                if (name.equals(Absent.class.getName())) {
                    throw new ClassNotFoundException(name);
                }
                return super.loadClassForOverriding(name);
            }

            @Override
            public @Nullable InputStream getResourceAsStream(String name) {
                return null;
            }
        };
        Class<?> type = withoutClassFiles.loadClass(OnTypeWithAnUnreadableMethod.class.getName());
        assertThatThrownBy(() -> classes.contains(type)).hasStackTraceContaining("AnnotatedClassesTests$Absent");
    }
}
