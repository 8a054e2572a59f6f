package io.dflockd.spring.signal.annotation;

import java.util.stream.Collectors;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.validation.BindingResult;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;

/** Its message says what is wrong without the values: a payload may be what nobody wants in a log. */
final class InvalidPayloadException extends MethodArgumentNotValidException {

    private final String errors;

    InvalidPayloadException(Message<?> message, MethodParameter parameter, BindingResult result) {
        super(message, parameter, result);
        this.errors = result.getAllErrors().stream()
                .map(InvalidPayloadException::describe)
                .collect(Collectors.joining("; "));
    }

    private static String describe(ObjectError error) {
        String what = error.getDefaultMessage() != null ? error.getDefaultMessage() : String.valueOf(error.getCode());
        return error instanceof FieldError field ? field.getField() + ": " + what : what;
    }

    @Override
    public String getMessage() {
        return "the payload is invalid: " + errors;
    }
}
