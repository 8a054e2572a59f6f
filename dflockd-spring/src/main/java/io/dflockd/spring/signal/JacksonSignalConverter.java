package io.dflockd.spring.signal;

import java.lang.reflect.Type;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Does not change texts, and converts all other objects to JSON on one line. To send a text as a JSON string, convert it
 * with the mapper first.
 */
public class JacksonSignalConverter implements SignalConverter {

    private final JsonMapper mapper;

    /** Creates the converter with a mapper of its own. */
    public JacksonSignalConverter() {
        this(JsonMapper.builder()
                .findAndAddModules(JacksonSignalConverter.class.getClassLoader())
                .build());
    }

    /**
     * Creates the converter.
     *
     * @param mapper what reads and writes
     */
    public JacksonSignalConverter(JsonMapper mapper) {
        this.mapper = mapper;
    }

    /** Whether a type can really be read shows when it is: Jackson finds out by looking at its properties. */
    @Override
    public boolean canRead(Type type) {
        return true;
    }

    @Override
    public Object read(String payload, Type type) {
        if (TextSignalConverter.isText(type)) {
            return payload;
        }
        try {
            Object object = mapper.readValue(payload, mapper.constructType(type));
            if (object == null) {
                throw new SignalConversionException("the payload is a JSON null, not a " + type.getTypeName(), null);
            }
            return object;
        } catch (JacksonException ex) {
            // Without the exception itself, whose text quotes the payload: this one is logged.
            throw new SignalConversionException(
                    "the payload of " + payload.length() + " characters is no JSON for " + type.getTypeName() + ": "
                            + ex.getClass().getSimpleName() + " at column "
                            + (ex.getLocation() == null ? "?" : ex.getLocation().getColumnNr()),
                    null);
        }
    }

    @Override
    public String write(Object object) {
        if (object instanceof CharSequence text) {
            return text.toString();
        }
        try {
            return mapper.writer().without(SerializationFeature.INDENT_OUTPUT).writeValueAsString(object);
        } catch (JacksonException ex) {
            throw new SignalConversionException(
                    "a " + object.getClass().getName() + " cannot be written as JSON: " + ex.getOriginalMessage(), ex);
        }
    }
}
