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
 * The containers of all endpoints, started and stopped with the context: after everything else at the start, before
 * everything else at the stop, so that handlers find what they use. They are stopped at the same time. Any
 * thread may register, start and stop.
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
     * @throws IllegalStateException if there is one with the same id
     */
    public void registerListenerContainer(SignalListenerEndpoint endpoint, SignalListenerContainerFactory factory) {
        SignalListenerContainer container = factory.createListenerContainer(endpoint);
        SignalListenerContainer other = containers.putIfAbsent(endpoint.getId(), container);
        if (other != null) {
            throw new IllegalStateException(
                    endpoint + " cannot be registered: " + other + " has the same id; give one" + " of them another");
        }
        if (container.isAutoStartup()) {
            follow(container);
        }
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
