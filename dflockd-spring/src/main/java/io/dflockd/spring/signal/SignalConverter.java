package io.dflockd.spring.signal;

import java.lang.reflect.Type;
import org.springframework.util.ClassUtils;

/**
 * Converts objects to signal payloads and back. A payload is a line of text: no line breaks, and at most 256 bytes
 * unless servers and clients are configured for more. Thread-safe.
 */
public interface SignalConverter {

    /**
     * Whether objects of this type can be made of payloads; asked when a listener is registered.
     *
     * @param type with its type arguments
     * @return false fails the registration
     */
    boolean canRead(Type type);

    /**
     * Makes an object of a payload.
     *
     * @param payload not empty
     * @param type what to make, with its type arguments
     * @return the object
     * @throws SignalConversionException if it cannot be made
     */
    Object read(String payload, Type type);

    /**
     * Makes a payload of an object.
     *
     * @param object the object
     * @return one line of text
     * @throws SignalConversionException if it cannot be made
     */
    String write(Object object);

    /**
     * Texts as they are; everything else as JSON if Jackson 3 is on the class path, and refused if not.
     *
     * @return the default converter
     */
    static SignalConverter defaultConverter() {
        boolean jackson =
                ClassUtils.isPresent("tools.jackson.databind.json.JsonMapper", SignalConverter.class.getClassLoader());
        return jackson ? new JacksonSignalConverter() : new TextSignalConverter();
    }
}
