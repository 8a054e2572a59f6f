package io.dflockd.spring.boot.test;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.ServerAddress;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.spring.boot.autoconfigure.DflockdConnectionDetails;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.type.MethodMetadata;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Fails a test context in which code of the application, such as a client bean, a customizer or connection details, connects a
 * client to a server that the test has not named. A test names servers by its properties, by a {@code @ServiceConnection}, and by
 * beans of its own configuration.
 */
final class TestServerGuard implements BeanPostProcessor {

    /** Set by Boot on connection details of a container; a name, because the class is optional. */
    private static final String SERVICE_CONNECTION =
            "org.springframework.boot.testcontainers.service.connection.ServiceConnection";

    private static final String AUTO_CONFIGURED_CLIENT = "dflockdClient";

    private final ConfigurableListableBeanFactory beanFactory;

    private final ConfigurableEnvironment environment;

    private final TestProperties properties;

    private final Class<?> testClass;

    /** Those of clients that are beans and were found to be the test's. */
    private final Set<ServerAddress> accepted = ConcurrentHashMap.newKeySet();

    TestServerGuard(
            ConfigurableListableBeanFactory beanFactory,
            ConfigurableEnvironment environment,
            TestProperties properties,
            Class<?> testClass) {
        this.beanFactory = beanFactory;
        this.environment = environment;
        this.properties = properties;
        this.testClass = testClass;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof DflockdClient client) {
            check("dflockd client '" + beanName + "'", beanName, client);
            accepted.addAll(client.servers());
        } else if (isOfDflockd(bean.getClass())) {
            // A client that is no bean: it was made for this template.
            ReflectionUtils.doWithFields(
                    bean.getClass(),
                    field -> {
                        ReflectionUtils.makeAccessible(field);
                        if (field.get(bean) instanceof DflockdClient client
                                && !accepted.containsAll(client.servers())) {
                            check("dflockd client of the bean '" + beanName + "'", beanName, client);
                        }
                    },
                    field -> field.getType() == DflockdClient.class);
        }
        return bean;
    }

    /** Whether it is, or extends, a template, registry or provider of the integration. */
    private static boolean isOfDflockd(Class<?> type) {
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            if (each.getName().startsWith("io.dflockd.")) {
                return true;
            }
        }
        return false;
    }

    private void check(String what, String beanName, DflockdClient client) {
        if (!isOfTheTest(beanName, client)) {
            throw new IllegalStateException(
                    "The " + what + " connects to " + client.servers()
                            + ", which this test has not named. Name the servers with @SpringBootTest(properties ="
                            + " \"dflockd.servers=...\"), or replace the bean that chooses them by one in a @TestConfiguration.");
        }
    }

    private boolean isOfTheTest(String beanName, DflockdClient client) {
        return named().containsAll(client.servers())
                || isDefinedByTheTest(beanName)
                || (beanName.equals(AUTO_CONFIGURED_CLIENT) && detailsAreOfTheTest());
    }

    private boolean detailsAreOfTheTest() {
        for (String name : beanFactory.getBeanNamesForType(DflockdConnectionDetails.class, true, false)) {
            if (!isDefinedByTheTest(name)) {
                return false;
            }
        }
        return true;
    }

    /** Servers that run in the test, and those of its properties. */
    private Set<ServerAddress> named() {
        Set<ServerAddress> named = new HashSet<>();
        for (String name : beanFactory.getBeanNamesForType(EmbeddedDflockdServer.class, true, false)) {
            if (beanFactory.containsSingleton(name)) {
                EmbeddedDflockdServer server = beanFactory.getBean(name, EmbeddedDflockdServer.class);
                named.add(new ServerAddress(server.host(), server.port()));
            }
        }
        try (DflockdClient withoutLocking = DflockdClient.withoutLocking()) {
            named.addAll(withoutLocking.servers());
        }
        ofProperties().forEach(address -> {
            try {
                named.add(ServerAddress.parse(address));
            } catch (InvalidArgumentException ex) {
                // The start fails with the name of the property.
            }
        });
        return named;
    }

    private List<String> ofProperties() {
        Binder binder = new Binder(
                ConfigurationPropertySources.from(properties.ofTheTest()),
                new PropertySourcesPlaceholdersResolver(environment));
        List<String> servers = new ArrayList<>(
                binder.bind("dflockd.servers", Bindable.listOf(String.class)).orElseGet(List::of));
        ResolvableType byClient = ResolvableType.forClassWithGenerics(Map.class, String.class, Servers.class);
        Map<String, Servers> clients = binder.bind("dflockd.clients", Bindable.<Map<String, Servers>>of(byClient))
                .orElseGet(Map::of);
        clients.values().forEach(client -> servers.addAll(client.servers()));
        return servers;
    }

    /** What is looked at of a client's properties. */
    record Servers(List<String> servers) {

        Servers(@Nullable List<String> servers) {
            this.servers = servers == null ? List.of() : servers;
        }
    }

    private boolean isDefinedByTheTest(String beanName) {
        if (!beanFactory.containsBeanDefinition(beanName)) {
            return false;
        }
        BeanDefinition definition = beanFactory.getMergedBeanDefinition(beanName);
        if (definition.getAttribute(SERVICE_CONNECTION) != null) {
            return true;
        }
        Class<?> type = declaringClass(beanFactory.getBeanDefinition(beanName));
        while (type != null) {
            if (type.isAssignableFrom(testClass) && type != Object.class
                    || AnnotatedElementUtils.hasAnnotation(type, TestConfiguration.class)) {
                return true;
            }
            type = type.getEnclosingClass();
        }
        return false;
    }

    /** The class with the bean method, null for other beans. */
    private @Nullable Class<?> declaringClass(BeanDefinition definition) {
        MethodMetadata method =
                definition instanceof AnnotatedBeanDefinition annotated ? annotated.getFactoryMethodMetadata() : null;
        return method == null
                ? null
                : ClassUtils.resolveClassName(method.getDeclaringClassName(), beanFactory.getBeanClassLoader());
    }
}
