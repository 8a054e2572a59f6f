package io.dflockd.spring.signal.annotation;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.Signal;
import io.dflockd.spring.signal.SignalHeaders;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.annotation.ReflectiveRuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Header;

/** A native image can call listener methods and read their payloads. */
class SignalListenerHintsTests {

    record Order(String id, Customer customer) {}

    record Customer(String name) {}

    record Item(String id) {}

    record Note(String text) {}

    record Other(String text) {}

    interface Contract {

        @SignalListener("notes")
        void noted(Note note);
    }

    static class Listener implements Contract {

        @SignalListener("orders")
        void ordered(Order order, @Header(SignalHeaders.CHANNEL) String channel, Signal signal) {}

        @SignalListener("items")
        @SignalListener("more.items")
        void items(Message<List<Item>> items) {}

        @SignalListener("optional")
        void optional(Optional<Customer> customer) {}

        @Override
        public void noted(Note note) {}

        void notAListener(Other other) {}
    }

    @Test
    void payloadTypesAndMethodsHaveHints() throws Exception {
        RuntimeHints hints = new RuntimeHints();
        new ReflectiveRuntimeHintsRegistrar().registerRuntimeHints(hints, Listener.class);
        for (Class<?> payload : List.of(Order.class, Customer.class, Item.class, Note.class)) {
            assertThat(RuntimeHintsPredicates.reflection()
                            .onType(payload)
                            .withMemberCategory(MemberCategory.INVOKE_DECLARED_CONSTRUCTORS))
                    .as(payload.getSimpleName())
                    .accepts(hints);
        }
        assertThat(RuntimeHintsPredicates.reflection().onType(Other.class)).rejects(hints);
        assertThat(RuntimeHintsPredicates.reflection()
                        .onMethodInvocation(Listener.class.getDeclaredMethod("items", Message.class)))
                .accepts(hints);
    }
}
