package io.dflockd.spring.signal.endpoint;

import io.dflockd.spring.signal.listener.SignalListenerContainer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;

/**
 * The containers of all endpoints. They start after all other beans and stop before them, so that listeners can use these
 * beans. All containers are stopped at the same time. Thread-safe.
 */
public class SignalListenerEndpointRegistry implements SmartLifecycle, DisposableBean {

    private final Map<String, SignalListenerContainer> containers = new ConcurrentHashMap<>();

    private volatile boolean running;

    /** Creates an empty registry. */
    public SignalListenerEndpointRegistry() {}

    /**
     * Finds a container.
     *
     * @param id its id
     * @return null if there is none
     */
    public @Nullable SignalListenerContainer getListenerContainer(String id) {
        return containers.get(id);
    }

    /**
     * All ids.
     *
     * @return the ids
     */
    public Set<String> getListenerContainerIds() {
        return Set.copyOf(containers.keySet());
    }

    /**
     * All containers.
     *
     * @return the containers
     */
    public Collection<SignalListenerContainer> getListenerContainers() {
        return List.copyOf(containers.values());
    }

    /**
     * Makes the container of an endpoint; starts it if the context has started already.
     *
     * @param endpoint what is to be called for which channels
     * @param factory makes the container
     * @throws SignalListenerDefinitionException if there is a container with the same id
     */
    public void registerListenerContainer(SignalListenerEndpoint endpoint, SignalListenerContainerFactory factory) {
        SignalListenerContainer container = factory.createListenerContainer(endpoint);
        SignalListenerContainer other = containers.putIfAbsent(endpoint.getId(), container);
        if (other != null) {
            throw new SignalListenerDefinitionException(
                    endpoint + " has the same id as " + other, "Give one of them another id.", null);
        }
        if (container.isAutoStartup()) {
            follow(container);
        }
    }

    /**
     * Removes a container and stops it, which waits until the signals that have arrived are handled or the time to drain is
     * over.
     *
     * @param id its id
     * @return the container, which is stopped; null if there is none
     */
    public @Nullable SignalListenerContainer unregisterListenerContainer(String id) {
        SignalListenerContainer removed = containers.remove(id);
        if (removed != null) {
            removed.stop();
        }
        return removed;
    }

    /** Brings a new container to where the registry is, also if another thread starts or stops all meanwhile. */
    private void follow(SignalListenerContainer container) {
        boolean started;
        do {
            started = running;
            if (started) {
                container.start();
            } else {
                container.stop(() -> {});
            }
        } while (started != running);
    }

    @Override
    public int getPhase() {
        return SignalListenerContainer.PHASE;
    }

    @Override
    public void start() {
        running = true;
        for (SignalListenerContainer container : containers.values()) {
            if (container.isAutoStartup()) {
                container.start();
                if (containers.get(container.getId()) != container) {
                    // Unregistered meanwhile.
                    container.stop();
                }
            }
        }
    }

    @Override
    public void stop(Runnable callback) {
        running = false;
        Collection<SignalListenerContainer> all = getListenerContainers();
        AtomicInteger left = new AtomicInteger(all.size() + 1);
        Runnable one = () -> {
            if (left.decrementAndGet() == 0) {
                callback.run();
            }
        };
        all.forEach(container -> container.stop(one));
        one.run();
    }

    @Override
    public void stop() {
        running = false;
        getListenerContainers().forEach(container -> container.stop(() -> {}));
        getListenerContainers().forEach(SignalListenerContainer::stop);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public void destroy() {
        stop();
    }
}
