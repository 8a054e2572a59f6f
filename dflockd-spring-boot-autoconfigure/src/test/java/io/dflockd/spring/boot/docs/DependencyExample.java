package io.dflockd.spring.boot.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Dependencies that documents show: this project has the module or the dependency, in that version. */
final class DependencyExample {

    private static final Pattern DEPENDENCY = Pattern.compile(
            "<groupId>(.*?)</groupId>\\s*<artifactId>(.*?)</artifactId>(?:\\s*<version>(.*?)</version>)?");

    private DependencyExample() {}

    /** The version of this project. */
    static String version() throws IOException {
        Matcher revision = Pattern.compile("<revision>(.*?)</revision>").matcher(parent());
        assertThat(revision.find()).isTrue();
        return revision.group(1);
    }

    static void check(String xml) throws IOException {
        Matcher dependency = DEPENDENCY.matcher(xml);
        boolean found = false;
        while (dependency.find()) {
            found = true;
            String version = dependency.group(3);
            if (dependency.group(1).equals("io.dflockd")) {
                assertThat(Markdown.ROOT.resolve(dependency.group(2)).resolve("pom.xml"))
                        .exists();
                assertThat(version).isIn(null, version());
            } else {
                assertThat(version == null ? isUsed(dependency.group(2)) : parent().contains(">" + version + "<"))
                        .as(dependency.group(2) + " " + version)
                        .isTrue();
            }
        }
        assertThat(found).as("has a dependency").isTrue();
    }

    private static boolean isUsed(String artifact) throws IOException {
        for (Path pom : Markdown.find("pom.xml")) {
            if (Files.readString(pom).contains("<artifactId>" + artifact + "</artifactId>")) {
                return true;
            }
        }
        return parent().contains("<artifactId>" + artifact + "</artifactId>");
    }

    private static String parent() throws IOException {
        return Files.readString(Markdown.ROOT.resolve("pom.xml"));
    }
}
