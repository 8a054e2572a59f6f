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
 * Closes clients, and then embedded servers, after everything else in the context: an executor that is destroyed may still
 * wait for guarded tasks, which need the client. Singletons are destroyed in the reverse order of their creation, so this
 * one is created first, as a post-processor that does nothing.
 *
 * <p>Stop and start of the context without closing it (checkpoint and restore) close the connections and allow new ones.
 */
final class ClientLifecycle
        implements BeanFactoryPostProcessor,
                SmartLifecycle,
                ApplicationListener<ContextClosedEvent>,
                ApplicationContextAware,
                DisposableBean {

    /** Below everything that may use a lock while it stops: listener containers, web servers, executors. */
    static final int PHASE = Integer.MIN_VALUE + 1024;

    /** A server that is stopped after the clients. */
    interface Server {

        void stop();

        void start();
    }

    private final List<RestartableClient> clients = new CopyOnWriteArrayList<>();

    private final List<Server> servers = new CopyOnWriteArrayList<>();

    private @Nullable ApplicationContext context;

    private volatile boolean running;

    private volatile boolean closing;

    RestartableClient manage(
            String name, DflockdClientBuilder builder, Duration acquireTimeout, Duration closeTimeout) {
        RestartableClient client = new RestartableClient(name, builder, acquireTimeout, closeTimeout, () -> closing);
        clients.add(client);
        if (running) {
            ClientLog.started(List.of(client));
        }
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
            ClientLog.started(clients);
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

    /** The clients' close timeouts run at the same time, however many clients there are. */
    private void stopAll() {
        long start = System.nanoTime();
        clients.forEach(ClientLog::closing);
        for (RestartableClient client : clients) {
            Duration left = client.closeTimeout().minusNanos(System.nanoTime() - start);
            client.close(left.isNegative() ? Duration.ZERO : left);
        }
        for (Server server : servers) {
            server.stop();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** The test framework may pause a context between tests; it keeps its locks. */
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
