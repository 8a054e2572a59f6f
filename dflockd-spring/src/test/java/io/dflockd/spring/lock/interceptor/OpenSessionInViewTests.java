package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.dflockd.client.DflockdClient;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.lock.config.EnableDistributedLocking;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import jakarta.persistence.PersistenceContext;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;
import org.springframework.orm.jpa.support.OpenEntityManagerInViewInterceptor;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.test.web.servlet.setup.StandaloneMockMvcBuilder;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.handler.WebRequestHandlerInterceptorAdapter;

/** What an open session in view of Hibernate makes of a lock, and the warning of it. */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class OpenSessionInViewTests {

    private static final String OPEN_SESSION = "persistence context";

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withUserConfiguration(Database.class, Application.class)
            .withBean("client", DflockdClient.class, DflockdClient::withoutLocking)
            .withBean(Counters.class)
            .withBean(CounterController.class);

    @BeforeAll
    static void keepTheLogShort() {
        ((Logger) LoggerFactory.getLogger("org.hibernate")).setLevel(Level.WARN);
    }

    @Test
    void entityReadBeforeTheLockIsStaleInsideAndWarnedOfOnce(CapturedOutput output) {
        runner.run(context -> {
            MockMvc web = openInView(context);
            assertThat(totalAfter(web, "/read-before", context))
                    .as("the update of the other node is lost")
                    .isEqualTo(1);
            assertThat(totalAfter(web, "/read-before", context)).isEqualTo(1);
        });
        assertThat(output.getAll().split(OPEN_SESSION, -1)).hasSize(2);
        assertThat(output).contains("Counters.increment()").contains("spring.jpa.open-in-view=false");
    }

    @Test
    void refreshInsideTheLockReadsWhatOthersWrote() {
        runner.run(context -> assertThat(totalAfter(openInView(context), "/refreshed", context))
                .isEqualTo(11));
    }

    @Test
    void sessionThatHasReadNothingIsNotWarnedOf(CapturedOutput output) {
        runner.run(context -> assertThat(totalAfter(openInView(context), "/read-inside", context))
                .isEqualTo(11));
        assertThat(output).doesNotContain(OPEN_SESSION);
    }

    @Test
    void requestWithoutOpenSessionIsNotWarnedOf(CapturedOutput output) {
        runner.run(context -> assertThat(totalAfter(web(context).build(), "/read-before", context))
                .isEqualTo(11));
        assertThat(output).doesNotContain(OPEN_SESSION);
    }

    private static StandaloneMockMvcBuilder web(ApplicationContext context) {
        return MockMvcBuilders.standaloneSetup(context.getBean(CounterController.class));
    }

    private static MockMvc openInView(ApplicationContext context) {
        OpenEntityManagerInViewInterceptor interceptor = new OpenEntityManagerInViewInterceptor();
        interceptor.setEntityManagerFactory(context.getBean(EntityManagerFactory.class));
        return web(context)
                .addInterceptors(new WebRequestHandlerInterceptorAdapter(interceptor))
                .build();
    }

    /** Of a request that increments 0, which another node makes 10 before the lock is taken. */
    private static int totalAfter(MockMvc web, String path, ApplicationContext context) throws Exception {
        JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
        jdbc.update("delete from counter");
        jdbc.update("insert into counter (id, total) values (1, 0)");
        web.perform(post(path));
        return jdbc.queryForObject("select total from counter", Integer.class);
    }

    @Entity(name = "counter")
    static class Counter {

        @Id
        long id;

        int total;
    }

    static class Counters {

        @PersistenceContext
        EntityManager entities;

        @Transactional
        @DistributedLocked("counter")
        public void increment() {
            entities.find(Counter.class, 1L).total++;
        }

        @Transactional
        @DistributedLocked("counter")
        public void refreshAndIncrement() {
            Counter counter = entities.find(Counter.class, 1L);
            entities.refresh(counter);
            counter.total++;
        }
    }

    @RestController
    static class CounterController {

        private final Counters counters;

        private final JdbcTemplate otherNode;

        @PersistenceContext
        EntityManager entities;

        CounterController(Counters counters, JdbcTemplate otherNode) {
            this.counters = counters;
            this.otherNode = otherNode;
        }

        @PostMapping("/read-before")
        void readBefore() {
            entities.find(Counter.class, 1L);
            incrementElsewhere();
            counters.increment();
        }

        @PostMapping("/refreshed")
        void refreshed() {
            entities.find(Counter.class, 1L);
            incrementElsewhere();
            counters.refreshAndIncrement();
        }

        @PostMapping("/read-inside")
        void readInside() {
            incrementElsewhere();
            counters.increment();
        }

        private void incrementElsewhere() {
            otherNode.update("update counter set total = 10");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableDistributedLocking
    @EnableTransactionManagement
    static class Application {

        @Bean
        LocalContainerEntityManagerFactoryBean entityManagerFactory(DataSource dataSource) {
            HibernateJpaVendorAdapter hibernate = new HibernateJpaVendorAdapter();
            hibernate.setGenerateDdl(true);
            LocalContainerEntityManagerFactoryBean factory = new LocalContainerEntityManagerFactoryBean();
            factory.setDataSource(dataSource);
            factory.setJpaVendorAdapter(hibernate);
            factory.setManagedTypes(PersistenceManagedTypes.of(Counter.class.getName()));
            factory.setJpaPropertyMap(Map.of("jakarta.persistence.validation.mode", "none"));
            return factory;
        }

        @Bean
        PlatformTransactionManager transactionManager(EntityManagerFactory factory) {
            return new JpaTransactionManager(factory);
        }
    }
}
