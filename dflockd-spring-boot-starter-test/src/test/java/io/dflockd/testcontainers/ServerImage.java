package io.dflockd.testcontainers;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;
import org.testcontainers.images.builder.ImageFromDockerfile;

/**
 * An image of the embedded server, built from the JDK that runs the tests: no image has to be pulled. It holds a JVM of few
 * modules, the shared libraries that it needs, and the server with its dependencies; there is no shell.
 */
final class ServerImage {

    private static final String MODULES = "java.base,java.logging,java.management,java.naming,jdk.unsupported";

    private ServerImage() {}

    static ImageFromDockerfile build() {
        try {
            Path folder = Files.createTempDirectory("dflockd-image");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> FileSystemUtils.deleteRecursively(folder.toFile())));
            Path runtime = folder.resolve("jvm");
            run(
                    "jlink",
                    "--add-modules",
                    MODULES,
                    "--strip-debug",
                    "--no-header-files",
                    "--no-man-pages",
                    "--output",
                    runtime.toString());
            ImageFromDockerfile image = new ImageFromDockerfile()
                    .withFileFromPath("root/jvm", runtime)
                    .withDockerfileFromBuilder(builder -> builder.from("scratch")
                            .copy("root/", "/")
                            .entryPoint(
                                    "/jvm/bin/java",
                                    "-cp",
                                    "/app/classes:/app/*",
                                    "io.dflockd.embedded.EmbeddedServerMain",
                                    "--host",
                                    "0.0.0.0")
                            .expose(DflockdContainer.PORT)
                            .build());
            libraries(runtime).forEach(library -> image.withFileFromPath("root" + library, Path.of(library)));
            serverClassPath()
                    .forEach(entry -> image.withFileFromPath(
                            Files.isDirectory(entry) ? "root/app/classes" : "root/app/" + entry.getFileName(), entry));
            return image;
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static void run(String tool, String... arguments) {
        int status = ToolProvider.findFirst(tool).orElseThrow().run(System.out, System.err, arguments);
        if (status != 0) {
            throw new IllegalStateException(tool + " ended with " + status);
        }
    }

    /** What {@code ldd} names for the launcher and every library of the JVM, outside the JVM itself. */
    private static Set<String> libraries(Path runtime) throws IOException {
        Set<String> found = new TreeSet<>();
        try (Stream<Path> files = Files.walk(runtime)) {
            List<Path> binaries = files.filter(file -> file.endsWith("bin/java")
                            || file.getFileName().toString().endsWith(".so"))
                    .toList();
            for (Path binary : binaries) {
                Process ldd = new ProcessBuilder("ldd", binary.toString())
                        .redirectErrorStream(true)
                        .start();
                new String(ldd.getInputStream().readAllBytes())
                        .lines()
                        .flatMap(line -> Arrays.stream(line.trim().split("\\s+")))
                        .filter(word -> word.startsWith("/") && !word.startsWith(runtime.toString()))
                        .filter(word -> Files.isRegularFile(Path.of(word)))
                        .forEach(found::add);
            }
        }
        return found;
    }

    private static List<Path> serverClassPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.contains("dflockd-embedded-server")
                        || entry.contains("/netty-")
                        || entry.contains("/slf4j-api")
                        || entry.contains("/jspecify"))
                .map(Path::of)
                .toList();
    }
}
