package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.spring.lock.LockOperations;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Classes compiled without {@code -parameters}: {@code #id} would be null in every call, and all calls one lock. */
class WithoutParameterNamesTests {

    @TempDir
    Path classes;

    @Test
    void parameterNameThatIsNotInTheClassFileFailsTheStart() throws Exception {
        Class<?> guarded = compiled("#id");
        GuardedContext.withoutClient()
                .withBean(LockOperations.class, LockOperations::withoutLocking)
                .withBean("suspect", guarded)
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(LockDefinitionException.class)
                        .hasMessageContaining("Orders.apply")
                        .hasMessageContaining("key = \"#id\"")
                        .hasMessageContaining("-parameters"));
    }

    @Test
    @SuppressWarnings("unchecked")
    void parameterNumberWorks() throws Exception {
        Class<?> guarded = compiled("#p0");
        GuardedContext.withoutClient()
                .withBean(LockOperations.class, LockOperations::withoutLocking)
                .withBean("orders", guarded)
                .run(context -> assertThat(((Function<String, String>) context.getBean("orders")).apply("7"))
                        .isEqualTo("order:7"));
    }

    private Class<?> compiled(String key) throws IOException, ClassNotFoundException {
        String source = """
                package nameless;

                public class Orders implements java.util.function.Function<String, String> {

                    @Override
                    @io.dflockd.spring.lock.annotation.DistributedLocked(name = "order", key = "%s")
                    public String apply(String id) {
                        return io.dflockd.spring.lock.LockContext.current().key();
                    }
                }
                """.formatted(key);
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("string:///nameless/Orders.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> options =
                List.of("-d", classes.toString(), "-classpath", System.getProperty("java.class.path"), "-proc:none");
        assertThat(compiler.getTask(null, null, null, options, null, List.of(file))
                        .call())
                .isTrue();
        URL url = classes.toUri().toURL();
        return new URLClassLoader(new URL[] {url}, getClass().getClassLoader()).loadClass("nameless.Orders");
    }
}
