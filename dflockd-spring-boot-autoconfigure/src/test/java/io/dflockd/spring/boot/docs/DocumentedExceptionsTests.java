package io.dflockd.spring.boot.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdException;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.spring.signal.SignalConversionException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.springframework.util.ClassUtils;

/** The table in {@code docs/exceptions.md} has every exception that a caller can get. */
class DocumentedExceptionsTests {

    @Test
    void tableHasEveryException() throws Exception {
        String page = Files.readString(Markdown.ROOT.resolve("docs/exceptions.md"));
        String table =
                page.substring(page.indexOf("<!-- begin exceptions -->"), page.indexOf("<!-- end exceptions -->"));
        List<String> documented = table.lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(3, line.indexOf('`', 3)))
                .toList();

        assertThat(documented).containsExactlyInAnyOrderElementsOf(exceptions().toList());
    }

    private static Stream<String> exceptions() {
        ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AssignableTypeFilter(DflockdException.class));
        Stream<String> found = scanner.findCandidateComponents("io.dflockd").stream()
                .map(candidate -> ClassUtils.resolveClassName(candidate.getBeanClassName(), null))
                .filter(type -> Modifier.isPublic(type.getModifiers()))
                .map(Class::getSimpleName);
        return Stream.concat(
                found,
                Stream.of(InvalidArgumentException.class, SignalConversionException.class)
                        .map(Class::getSimpleName));
    }
}
