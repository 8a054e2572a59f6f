package io.dflockd.spring.boot.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdException;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.spring.signal.SignalConversionException;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.springframework.util.ClassUtils;

/** The table in {@code docs/exceptions.md} has every exception that a caller can get. */
class DocumentedExceptionsTests {

    private static final Pattern ROW = Pattern.compile("^\\| `(\\w+)` \\| `([\\w.]+)` \\| (.*)$");

    private static final Pattern NAME = Pattern.compile("`(\\w+Exception)`");

    @Test
    void tableHasEveryExceptionAndItsPackage() throws Exception {
        Map<String, String> packages = new HashMap<>();
        rows().forEach(row -> packages.put(row.group(1), row.group(2)));

        assertThat(packages)
                .containsExactlyInAnyOrderEntriesOf(
                        exceptions().collect(Collectors.toMap(Class::getSimpleName, Class::getPackageName)));
    }

    @Test
    void superclassesListTheirSubclasses() throws Exception {
        List<Class<?>> exceptions = exceptions().toList();
        for (Class<?> superclass : exceptions) {
            Set<String> subclasses = exceptions.stream()
                    .filter(type -> type != superclass && superclass.isAssignableFrom(type))
                    .map(Class::getSimpleName)
                    .collect(Collectors.toSet());
            if (!subclasses.isEmpty() && superclass != DflockdException.class) {
                String text = rows().stream()
                        .filter(row -> row.group(1).equals(superclass.getSimpleName()))
                        .findFirst()
                        .orElseThrow()
                        .group(3);
                assertThat(NAME.matcher(text).results().map(name -> name.group(1)))
                        .as(superclass.getSimpleName())
                        .containsExactlyInAnyOrderElementsOf(subclasses);
            }
        }
    }

    private static List<MatchResult> rows() throws IOException {
        String page = Files.readString(Markdown.ROOT.resolve("docs/exceptions.md"));
        return page.substring(page.indexOf("<!-- begin exceptions -->"), page.indexOf("<!-- end exceptions -->"))
                .lines()
                .flatMap(line -> ROW.matcher(line).results())
                .toList();
    }

    private static Stream<Class<?>> exceptions() {
        ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AssignableTypeFilter(DflockdException.class));
        Stream<Class<?>> found = scanner.findCandidateComponents("io.dflockd").stream()
                .<Class<?>>map(candidate -> ClassUtils.resolveClassName(candidate.getBeanClassName(), null))
                .filter(type -> Modifier.isPublic(type.getModifiers()));
        return Stream.concat(found, Stream.of(InvalidArgumentException.class, SignalConversionException.class));
    }
}
