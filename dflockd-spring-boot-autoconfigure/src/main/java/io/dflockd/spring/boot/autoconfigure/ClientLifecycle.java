package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.DflockdClientBuilder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Closes clients, and then embedded servers, after everything else in the context: executors that still await guarded
 * tasks while they are destroyed must find the client open. Singletons are destroyed in the reverse order of their
 * creation, so this one is created first, as a post-processor that processes nothing.
 *
 * <p>Stop and start of the context without closing it (checkpoint and restore) close the connections and allow new ones.
 */
final class ClientLifecycle
        implements BeanFactoryPostProcessor,
                SmartLifecycle,
                ApplicationListener<ContextClosedEvent>,
                ApplicationContextAware,
                DisposableBean {

    /** Below everything that may still use a lock while it stops: listener containers, web servers, executors. */
    static final int PHASE = Integer.MIN_VALUE + 1024;

    /** What is closed after the clients. */
    interface Server {

        void stop();

        void start();
    }

    private final List<RestartableClient> clients = new CopyOnWriteArrayList<>();

    private final List<Server> servers = new CopyOnWriteArrayList<>();

    private @Nullable ApplicationContext context;

    private volatile boolean running;

    private volatile boolean closing;

    RestartableClient manage(DflockdClientBuilder builder, Duration closeTimeout) {
        RestartableClient client = new RestartableClient(builder, closeTimeout, () -> closing);
        clients.add(client);
        return client;
    }

    void manage(Server server) {
        servers.add(server);
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {}

    @Override
    public void setApplicationContext(ApplicationContext context) {
        this.context = context;
    }

    @Override
    public void onApplicationEvent(ContextClosedEvent event) {
        if (event.getApplicationContext() == context) {
            closing = true;
        }
    }

    @Override
    public void start() {
        if (!running) {
            for (Server server : servers) {
                server.start();
            }
            for (RestartableClient client : clients) {
                client.start();
            }
            running = true;
        }
    }

    @Override
    public void stop() {
        if (closing) {
            return;
        }
        stopAll();
        running = false;
    }

    private void stopAll() {
        for (RestartableClient client : clients) {
            client.stop();
        }
        for (Server server : servers) {
            server.stop();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** A context that a test run has put aside keeps its locks. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    @Override
    public void destroy() {
        stopAll();
    }
}
