package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.lock.LockContext;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import java.io.File;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.ClassUtils;

/** A class with a method that names an absent class starts where it started without us, unless it is guarded. */
class AbsentClassesTests {

    private final ApplicationContextRunner runner =
            GuardedContext.withoutClient().withBean("client", DflockdClient.class, DflockdClient::withoutLocking);

    @Test
    void beansThatSpringItselfDoesNotLookAtStart() throws Exception {
        Class<?> unreadable = unreadable(NamesAbsent.class);
        runner.withInitializer(context -> {
                    RootBeanDefinition lazy = new RootBeanDefinition(unreadable);
                    lazy.setLazyInit(true);
                    RootBeanDefinition prototype = new RootBeanDefinition(unreadable);
                    prototype.setScope(BeanDefinition.SCOPE_PROTOTYPE);
                    context.getBeanFactory().registerSingleton("registered", newInstance(unreadable));
                    registry(context).registerBeanDefinition("lazy", lazy);
                    registry(context).registerBeanDefinition("prototype", prototype);
                })
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void guardedMethodBesideAnAbsentClassIsStillFound() throws Exception {
        for (Class<?> guarded : List.of(GuardsBesideAbsent.class, ComposedBesideAbsent.class)) {
            Class<?> unreadable = unreadable(guarded);
            runner.withInitializer(context ->
                            context.getBeanFactory().registerSingleton("registered", newInstance(unreadable)))
                    .run(context -> assertThatExceptionOfType(IllegalStateException.class)
                            .isThrownBy(() -> context.getBean("registered"))
                            .withStackTraceContaining(guarded.getSimpleName()));
        }
    }

    private static BeanDefinitionRegistry registry(ConfigurableApplicationContext context) {
        return (BeanDefinitionRegistry) context;
    }

    /** The class again, loaded by a class loader that does not find the absent class. */
    private static Class<?> unreadable(Class<?> type) throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
            urls.add(new File(element).toURI().toURL());
        }
        ClassLoader loader = new ChildFirst(urls.toArray(URL[]::new), type.getName());
        return ClassUtils.forName(type.getName(), loader);
    }

    private static Object newInstance(Class<?> type) {
        try {
            var constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (ReflectiveOperationException ex) {
            throw new IllegalStateException(ex);
        }
    }

    /** Defines one class itself and lacks another. */
    private static final class ChildFirst extends URLClassLoader {

        private final String own;

        ChildFirst(URL[] urls, String own) {
            super(urls, AbsentClassesTests.class.getClassLoader());
            this.own = own;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.equals(Absent.class.getName())) {
                throw new ClassNotFoundException(name);
            }
            if (name.equals(own)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : findClass(name);
            }
            return super.loadClass(name, resolve);
        }
    }

    static class Absent {}

    public static class NamesAbsent {

        public NamesAbsent() {}

        public void uses(Absent absent) {}
    }

    public static class GuardsBesideAbsent {

        public GuardsBesideAbsent() {}

        public void uses(Absent absent) {}

        @DistributedLocked("name")
        public String guarded() {
            return LockContext.current().key();
        }
    }

    @Retention(RetentionPolicy.RUNTIME)
    @DistributedLocked("name")
    @interface Composed {}

    public static class ComposedBesideAbsent {

        public ComposedBesideAbsent() {}

        public void uses(Absent absent) {}

        @Composed
        public String guarded() {
            return LockContext.current().key();
        }
    }
}
