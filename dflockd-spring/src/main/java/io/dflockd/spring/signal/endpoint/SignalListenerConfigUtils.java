package io.dflockd.spring.signal.endpoint;

/** Names of the beans behind signal listeners. */
public final class SignalListenerConfigUtils {

    /** The post-processor of {@code @SignalListener}. */
    public static final String ANNOTATION_PROCESSOR_BEAN_NAME =
            "io.dflockd.spring.signal.internalSignalListenerAnnotationProcessor";

    /** The {@link SignalListenerEndpointRegistry}. */
    public static final String ENDPOINT_REGISTRY_BEAN_NAME =
            "io.dflockd.spring.signal.internalSignalListenerEndpointRegistry";

    /** The {@link SignalListenerContainerFactory} of listeners that name none. */
    public static final String DEFAULT_CONTAINER_FACTORY_BEAN_NAME = "signalListenerContainerFactory";

    private SignalListenerConfigUtils() {}
}
