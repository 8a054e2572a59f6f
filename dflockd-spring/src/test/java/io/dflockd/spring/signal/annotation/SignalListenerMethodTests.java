package io.dflockd.spring.signal.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.Signal;
import io.dflockd.spring.signal.SignalConverter;
import io.dflockd.spring.signal.SignalHeaders;
import io.dflockd.spring.signal.TextSignalConverter;
import io.dflockd.spring.signal.annotation.SignalContext.Notes;
import io.dflockd.spring.signal.annotation.SignalListenerTests.Order;
import io.dflockd.spring.signal.listener.SignalListenerErrorHandler;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Size;
import jakarta.validation.groups.Default;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHandlingException;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.converter.MessageConverter;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.support.DefaultMessageHandlerMethodFactory;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.messaging.support.ErrorMessage;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.Validated;
import org.springframework.validation.beanvalidation.LocalValidatorFactoryBean;
import org.springframework.validation.beanvalidation.MethodValidationPostProcessor;
import org.springframework.validation.beanvalidation.OptionalValidatorFactoryBean;

/** Which methods can be listeners, and what becomes of signals that a method cannot take. */
@Timeout(60)
class SignalListenerMethodTests {

    private static final Duration SOON = Duration.ofSeconds(10);

    @RegisterExtension
    final SignalContext signals = new SignalContext();

    private void refused(Class<?> listener, String... texts) {
        assertThat(SignalContext.messages(signals.failure(listener)))
                .contains("@SignalListener")
                .contains(listener.getSimpleName() + ".listen(")
                .contains(texts);
    }

    static class UnknownHeader {
        @SignalListener("a")
        void listen(@Header("dflockd_chanel") String channel) {}
    }

    static class NoGroup {
        @SignalListener("a")
        void listen(@Header(SignalHeaders.GROUP) String group) {}
    }

    static class NumberOfAChannel {
        @SignalListener("orders.*")
        void listen(@Header(SignalHeaders.CHANNEL) Integer channel) {}
    }

    static class NumberOfAPattern {
        @SignalListener("orders.*")
        void listen(@Header(SignalHeaders.PATTERN) Optional<Long> pattern) {}
    }

    static class ServerAsUuid {
        @SignalListener("a")
        void listen(@Header(name = SignalHeaders.SERVER, required = false) UUID server) {}
    }

    static class Failure {
        @SignalListener("a")
        void listen(ErrorMessage message) {}
    }

    @Test
    void headersThatCannotBeAreRefused() {
        refused(
                UnknownHeader.class,
                "UnknownHeader.listen(String)",
                "'dflockd_chanel'",
                SignalHeaders.CHANNEL,
                SignalHeaders.SERVER,
                "timestamp");
        refused(NoGroup.class, "'dflockd_group'", "no group");
        refused(NumberOfAChannel.class, "'dflockd_channel'", "Integer");
        refused(NumberOfAPattern.class, "'dflockd_pattern'", "Optional<java.lang.Long>");
        refused(ServerAsUuid.class, "'dflockd_server'", "UUID", "ServerAddress");
        refused(Failure.class, "ErrorMessage", "Message<T>");
    }

    enum Colour {
        RED
    }

    static class Possible {

        private final Notes notes;

        Possible(Notes notes) {
            this.notes = notes;
        }

        @SignalListener(value = "*", group = "g")
        void listen(
                @Header(SignalHeaders.CHANNEL) Colour colour,
                @Header(SignalHeaders.GROUP) Optional<String> group,
                @Header(SignalHeaders.SERVER) ServerAddress server,
                @Header("id") UUID id,
                @Header long timestamp,
                @Header(name = "own", defaultValue = "3") int own,
                @Header(name = "other", required = false) String other,
                @Header("absent") Optional<String> absent,
                GenericMessage<String> message) {
            notes.add(colour + " " + group.orElse("") + " " + own + " " + other + " " + absent.isPresent() + " "
                    + message.getPayload());
        }

        @SignalListener("17")
        void number(@Header(SignalHeaders.CHANNEL) int channel) {
            notes.add("number " + channel);
        }
    }

    @Test
    void headersThatCanBeAreNotRefused() throws Exception {
        signals.run(Possible.class);
        signals.send("RED", "hello");
        signals.send("17", "x");
        signals.notes().await("RED g 3 null false hello", "number 17");
    }

    @Configuration
    static class OwnMethods {

        @Bean
        SignalListenerConfigurer configurer() {
            return registrar -> {
                DefaultMessageHandlerMethodFactory factory = new DefaultMessageHandlerMethodFactory();
                HandlerMethodArgumentResolver own = new HandlerMethodArgumentResolver() {
                    @Override
                    public boolean supportsParameter(org.springframework.core.MethodParameter parameter) {
                        return parameter.hasParameterAnnotation(Header.class);
                    }

                    @Override
                    public Object resolveArgument(
                            org.springframework.core.MethodParameter parameter, Message<?> message) {
                        return "own";
                    }
                };
                factory.setArgumentResolvers(List.of(own));
                factory.afterPropertiesSet();
                registrar.setMessageHandlerMethodFactory(factory);
            };
        }
    }

    @Test
    void ownHandlerMethodsMayKnowOtherHeaders() throws Exception {
        signals.run(OwnMethods.class, UnknownHeader.class);
        assertThat(signals.send("a", "x")).isEqualTo(1);
    }

    static class Base<T> {

        final Notes notes;

        Base(Notes notes) {
            this.notes = notes;
        }

        @SignalListener("generic")
        void listen(T payload, Message<T> message) {
            notes.add(payload.getClass().getSimpleName() + " "
                    + message.getPayload().getClass().getSimpleName());
        }
    }

    static class OfOrders extends Base<Order> {
        OfOrders(Notes notes) {
            super(notes);
        }
    }

    static class OfTexts extends Base<String> {
        OfTexts(Notes notes) {
            super(notes);
        }
    }

    static class Many<T> {

        private final Notes notes;

        Many(Notes notes) {
            this.notes = notes;
        }

        @SignalListener("many")
        void listen(List<T> payload, Message<List<T>> message) {
            Object first = payload.get(0);
            Object firstOfMessage = message.getPayload().get(0);
            notes.add("many " + first.getClass().getSimpleName() + " "
                    + firstOfMessage.getClass().getSimpleName());
        }
    }

    static class ManyOrders extends Many<Order> {
        ManyOrders(Notes notes) {
            super(notes);
        }
    }

    @Configuration
    static class OnlyText {
        @Bean
        SignalConverter converter() {
            return new TextSignalConverter();
        }
    }

    @Test
    void payloadOfAGenericBaseClassIsKnown() throws Exception {
        signals.run(OfOrders.class, ManyOrders.class);
        signals.send("generic", "{\"id\":\"o\",\"amount\":1}");
        signals.send("many", "[{\"id\":\"o\",\"amount\":1}]");
        signals.notes().await("Order Order", "many Order Order");
    }

    @Test
    void payloadOfAGenericBaseClassIsChecked() throws Exception {
        signals.run(OnlyText.class, OfTexts.class);
        signals.send("generic", "hello");
        signals.notes().await("String String");
    }

    interface Contract {

        @SignalListener("contract")
        void listen(String payload, @Header(SignalHeaders.CHANNEL) String channel);
    }

    static class Implementation implements Contract {

        private final Notes notes;

        Implementation(Notes notes) {
            this.notes = notes;
        }

        @Override
        public void listen(String payload, String channel) {
            notes.add(channel + " " + payload);
        }
    }

    @Configuration
    static class Proxied {

        @Bean
        Contract contract(Notes notes) {
            return (Contract) new ProxyFactory(new Implementation(notes)).getProxy();
        }
    }

    static class Overriding extends Implementation {

        Overriding(Notes notes) {
            super(notes);
        }

        @Override
        @SignalListener("own")
        public void listen(String payload, String channel) {
            super.listen(payload, channel);
        }
    }

    @Test
    void annotationOnAnInterfaceCounts() throws Exception {
        signals.run(Implementation.class);
        assertThat(signals.send("contract", "x")).isEqualTo(1);
        signals.notes().await("contract x");
    }

    @Test
    void annotationOnAnInterfaceCountsForAProxy() throws Exception {
        signals.run(Proxied.class);
        assertThat(signals.send("contract", "x")).isEqualTo(1);
        signals.notes().await("contract x");
    }

    @Test
    void nearestAnnotationCounts() throws Exception {
        signals.run(Overriding.class);
        assertThat(signals.send("contract", "x")).isZero();
        assertThat(signals.send("own", "x")).isEqualTo(1);
        signals.notes().await("own x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00a0", "\u0085", "\u2007\u202f"})
    void groupThatIsBlankForTheServerIsRefused(String group) {
        System.setProperty("test.group", group);
        try {
            assertThat(SignalContext.messages(signals.failure(Grouped.class)))
                    .contains("@SignalListener")
                    .contains("is blank");
        } finally {
            System.clearProperty("test.group");
        }
    }

    static class Grouped {
        @SignalListener(value = "a", group = "${test.group}")
        void listen(String payload) {}
    }

    static class Unreadable {

        private final Notes notes;

        Unreadable(Notes notes) {
            this.notes = notes;
        }

        @SignalListener("orders")
        void listen(Order order) {
            notes.add("order " + order.id());
        }

        @SignalListener("orders")
        void optional(@Header("later") Optional<String> later, Message<Order> order) {
            notes.add("message " + order.getPayload().id());
        }

        @SignalListener("${own:headers}")
        void header(@Header(name = "${name:missing}") String missing, @Payload String payload) {
            notes.add("never");
        }
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void payloadsThatCannotBeReadAreNotLogged(CapturedOutput output) throws Exception {
        signals.run(Unreadable.class);
        signals.send("orders", "secret-1 is no JSON");
        signals.send("orders", "{\"id\":\"a\",\"amount\":\"secret-2\"}");
        signals.send("headers", "secret-3");
        signals.send("orders", "{\"id\":\"last\",\"amount\":1}");
        signals.notes().await("order last", "message last");
        await().atMost(SOON).until(() -> failures(output) == 5);
        assertThat(output.getAll().toLowerCase(Locale.ROOT)).doesNotContain("secret");
    }

    private static long failures(CapturedOutput output) {
        return output.getAll()
                .lines()
                .filter(line -> line.contains("Listener '") && line.contains("failed for"))
                .count();
    }

    static class Sneaky {

        private final Notes notes;

        Sneaky(Notes notes) {
            this.notes = notes;
        }

        @SignalListener(value = "s", errorHandler = "sneakyHandler")
        void listen(Signal signal) throws IOException {
            if (signal.payload().equals("bad")) {
                throw new IOException("bad");
            }
            notes.add(signal.payload());
        }
    }

    @Configuration
    static class SneakyHandlers {

        @Bean
        SignalListenerErrorHandler sneakyHandler() {
            return (signal, subscription, cause) -> SneakyHandlers.<RuntimeException>rethrow(cause);
        }

        /** As a handler in Kotlin may do. */
        @SuppressWarnings("unchecked")
        private static <T extends Throwable> void rethrow(Throwable thrown) throws T {
            throw (T) thrown;
        }
    }

    @Test
    void errorHandlerThatThrowsACheckedExceptionStopsNothing() throws Exception {
        signals.run(SneakyHandlers.class, Sneaky.class);
        signals.send("s", "bad");
        signals.send("s", "next");
        signals.notes().await("next");
    }

    record Checked(@NotEmpty String id) {}

    static class Validating {

        private final Notes notes;

        Validating(Notes notes) {
            this.notes = notes;
        }

        @SignalListener(value = "v", errorHandler = "notingHandler")
        void listen(@Valid @Payload Checked payload) {
            notes.add("handled " + payload.id());
        }
    }

    @Configuration
    static class NotingHandler {

        @Bean
        SignalListenerErrorHandler notingHandler(Notes notes) {
            return (signal, subscription, cause) -> notes.add((cause instanceof MethodArgumentNotValidException
                            ? "invalid argument"
                            : cause.getClass().getSimpleName())
                    + " " + signal.payload());
        }
    }

    @Configuration
    static class BeanValidation {

        @Bean
        LocalValidatorFactoryBean defaultValidator() {
            return new LocalValidatorFactoryBean();
        }
    }

    /** As in a web application of Spring Boot. */
    @Configuration
    static class BeanValidationAndAnother {

        @Bean
        @Primary
        LocalValidatorFactoryBean defaultValidator() {
            return new LocalValidatorFactoryBean();
        }

        @Bean
        Validator mvcValidator() {
            return new OptionalValidatorFactoryBean();
        }
    }

    @Configuration
    static class OwnValidator {

        @Bean
        Validator validator() {
            return Validator.forInstanceOf(Checked.class, (checked, errors) -> {
                if (checked.id().isEmpty()) {
                    errors.rejectValue("id", "empty");
                }
            });
        }
    }

    private void sendValidAndInvalid(String exception) throws Exception {
        signals.send("v", "{\"id\":\"\"}");
        signals.send("v", "{\"id\":\"1\"}");
        signals.notes().await("handled 1");
        assertThat(signals.notes().lines).containsExactly(exception + " {\"id\":\"\"}", "handled 1");
    }

    @ParameterizedTest
    @ValueSource(classes = {BeanValidation.class, BeanValidationAndAnother.class, OwnValidator.class})
    void invalidPayloadGoesToTheErrorHandler(Class<?> validator) throws Exception {
        signals.run(validator, NotingHandler.class, Validating.class);
        sendValidAndInvalid("invalid argument");
    }

    interface Shipping {}

    record Parcel(
            @Valid List<Checked> orders,
            @NotEmpty(groups = Shipping.class) String number) {}

    static class ValidatingParcels {

        private final Notes notes;

        ValidatingParcels(Notes notes) {
            this.notes = notes;
        }

        @SignalListener(value = "p", errorHandler = "notingHandler")
        void listen(@Validated({Default.class, Shipping.class}) Parcel parcel) {
            notes.add("handled " + parcel.number());
        }
    }

    @Test
    void nestedConstraintsAndGroupsCount() throws Exception {
        signals.run(BeanValidation.class, NotingHandler.class, ValidatingParcels.class);
        signals.send("p", "{\"orders\":[{\"id\":\"\"}],\"number\":\"1\"}");
        signals.send("p", "{\"orders\":[{\"id\":\"a\"}],\"number\":\"\"}");
        signals.send("p", "{\"orders\":[{\"id\":\"a\"}],\"number\":\"3\"}");
        signals.notes().await("handled 3");
        assertThat(signals.notes().lines).hasSize(3);
        assertThat(signals.notes().lines.subList(0, 2))
                .allSatisfy(line -> assertThat(line).startsWith("invalid argument"));
    }

    @Validated
    static class ValidatedBean {

        private final Notes notes;

        ValidatedBean(Notes notes) {
            this.notes = notes;
        }

        @SignalListener(value = "v", errorHandler = "notingHandler")
        public void listen(@Valid Checked payload) {
            notes.add("handled " + payload.id());
        }
    }

    @Configuration
    static class MethodValidation {

        @Bean
        static MethodValidationPostProcessor methodValidation() {
            return new MethodValidationPostProcessor();
        }
    }

    @Test
    void beanIsCalledThroughTheProxyOfMethodValidation() throws Exception {
        signals.run(MethodValidation.class, NotingHandler.class, ValidatedBean.class);
        sendValidAndInvalid("ConstraintViolationException");
    }

    static class ShortIds {

        record ShortId(@Size(max = 3) String id) {}

        @SignalListener("short")
        void listen(@Valid ShortId payload) {}
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void invalidPayloadsAreNotLogged(CapturedOutput output) throws Exception {
        signals.run(BeanValidation.class, ShortIds.class);
        signals.send("short", "{\"id\":\"secret\"}");
        await().atMost(SOON).until(() -> failures(output) == 1);
        assertThat(output.getAll())
                .contains("the payload is invalid: id: size must be between 0 and 3")
                .doesNotContain("secret");
    }

    static class NothingToValidateWith {
        @SignalListener("a")
        void listen(@Valid Order order) {}
    }

    static class WholeMessageValidated {
        @SignalListener("a")
        void listen(@Valid Message<Order> order) {}
    }

    @Test
    void validationThatCannotHappenIsRefused() {
        refused(NothingToValidateWith.class, "Validator");
        assertThat(SignalContext.messages(signals.failure(BeanValidation.class, WholeMessageValidated.class)))
                .contains("not the payload");
    }

    @Configuration
    static class OwnValidatingMethods {

        @Bean
        SignalListenerConfigurer configurer(Validator validator) {
            return registrar -> {
                DefaultMessageHandlerMethodFactory factory = new DefaultMessageHandlerMethodFactory();
                factory.setValidator(validator);
                factory.afterPropertiesSet();
                registrar.setMessageHandlerMethodFactory(factory);
            };
        }
    }

    static class WholeMessage {

        private final Notes notes;

        WholeMessage(Notes notes) {
            this.notes = notes;
        }

        @SignalListener("w")
        void listen(Message<List<Order>> message, @Header(SignalHeaders.CHANNEL) String channel) {
            notes.add(channel + " " + message.getPayload().get(0).id());
        }

        @SignalListener("text")
        void text(String payload) {
            notes.add("text " + payload);
        }
    }

    @Test
    void ownHandlerMethodsKeepTheConversion() throws Exception {
        signals.run(
                BeanValidation.class,
                NotingHandler.class,
                OwnValidatingMethods.class,
                Validating.class,
                WholeMessage.class);
        sendValidAndInvalid("invalid argument");
        signals.send("w", "[{\"id\":\"o\",\"amount\":1}]");
        signals.send("text", "hello");
        signals.notes().await("w o", "text hello");
    }

    @Configuration
    static class OwnConverter {

        @Bean
        SignalListenerConfigurer configurer() {
            return registrar -> {
                DefaultMessageHandlerMethodFactory factory = new DefaultMessageHandlerMethodFactory();
                factory.setMessageConverter(new MessageConverter() {
                    @Override
                    public Object fromMessage(Message<?> message, Class<?> targetClass) {
                        return new Order(message.getPayload().toString(), 0);
                    }

                    @Override
                    public Message<?> toMessage(Object payload, MessageHeaders headers) {
                        throw new UnsupportedOperationException();
                    }
                });
                factory.afterPropertiesSet();
                registrar.setMessageHandlerMethodFactory(factory);
                registrar.setConvertPayloads(false);
            };
        }
    }

    static class TakesOrders {

        private final Notes notes;

        TakesOrders(Notes notes) {
            this.notes = notes;
        }

        @SignalListener("o")
        void listen(Order order) {
            notes.add("order " + order.id());
        }
    }

    @Test
    void ownHandlerMethodsMayConvertThemselves() throws Exception {
        signals.run(OwnConverter.class, TakesOrders.class);
        signals.send("o", "plain");
        signals.notes().await("order plain");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void payloadsThatWereConvertedForOwnHandlerMethodsAreNotLogged(CapturedOutput output) throws Exception {
        signals.run(BeanValidation.class, OwnValidatingMethods.class, Rejecting.class);
        signals.send("r", "{\"id\":\"secret\",\"amount\":1}");
        await().atMost(SOON).until(() -> failures(output) == 1);
        assertThat(output.getAll()).doesNotContain("secret");
    }

    static class Rejecting {
        @SignalListener("r")
        void listen(Message<Order> message) {
            throw new MessageHandlingException(message, "no");
        }
    }
}
