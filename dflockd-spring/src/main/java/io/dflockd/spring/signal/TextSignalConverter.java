package io.dflockd.spring.signal;

import java.lang.reflect.Type;

/** Converts texts only, and does not change them. */
public class TextSignalConverter implements SignalConverter {

    /** Creates the converter. */
    public TextSignalConverter() {}

    static boolean isText(Type type) {
        return type == String.class || type == CharSequence.class || type == Object.class;
    }

    @Override
    public boolean canRead(Type type) {
        return isText(type);
    }

    @Override
    public Object read(String payload, Type type) {
        if (!isText(type)) {
            throw new SignalConversionException(
                    "a payload cannot be made a " + type.getTypeName()
                            + " without a converter; put Jackson 3 on the class path, or define a SignalConverter bean",
                    null);
        }
        return payload;
    }

    @Override
    public String write(Object object) {
        if (object instanceof CharSequence text) {
            return text.toString();
        }
        throw new SignalConversionException(
                "a " + object.getClass().getName()
                        + " cannot be made a payload without a converter; put Jackson 3 on the class path, or define a"
                        + " SignalConverter bean",
                null);
    }
}
