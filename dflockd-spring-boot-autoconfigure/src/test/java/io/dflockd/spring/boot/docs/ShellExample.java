package io.dflockd.spring.boot.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.embedded.cli.Flag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Commands that documents show: the modules, tests, flags, jars and paths that they name are there. */
final class ShellExample {

    private static final Pattern INLINE = Pattern.compile("`(\\./mvnw [^`]*)`");

    private static final Pattern VARIABLE = Pattern.compile("^(?:[A-Z_]+=\\S+ )+");

    private static final Pattern MODULES = Pattern.compile("(?:-pl|-f) (\\S+)");

    private static final Pattern TEST = Pattern.compile("-Dtest=(\\w+)(?=\\s|$|#)");

    private static final Pattern FLAG = Pattern.compile("(?<=\\s)--[a-z-]+");

    private static final Pattern URL = Pattern.compile("localhost:\\d+(/[\\w-]+)");

    private ShellExample() {}

    /** The Maven commands in the text of the documents. */
    static List<String> inline() throws IOException {
        List<String> commands = new ArrayList<>();
        for (Path file : Markdown.files()) {
            INLINE.matcher(Files.readString(file)).results().forEach(match -> commands.add(match.group(1)));
        }
        return commands;
    }

    static void check(String text) throws IOException {
        for (String line : text.replace("\\\n", " ").split("\n")) {
            checkCommand(VARIABLE.matcher(line.strip()).replaceAll(""));
        }
    }

    /** A unit of systemd: the flags of the server that it starts. */
    static void checkUnit(String text) {
        String unit = text.replace("\\\n", " ");
        assertThat(unit).contains("ExecStart=/usr/local/bin/dflockd ");
        checkFlags(unit);
    }

    private static void checkCommand(String command) throws IOException {
        if (command.matches("for \\w+ in .*; do|done")) {
            return;
        }
        if (command.startsWith("./mvnw ")) {
            checkMaven(command);
        } else if (command.matches("java -jar (benchmarks|reliability|sample-app)/.*")) {
            assertThat(Markdown.ROOT.resolve(command.replaceAll("java -jar (.*)/target/.*", "$1")))
                    .exists();
        } else if (command.startsWith("unzip -l target/")) {
            return;
        } else if (command.startsWith("java -jar ")) {
            assertThat(command).contains("dflockd-embedded-server-" + DependencyExample.version() + "-exec.jar");
            checkFlags(command);
        } else if (command.matches("go install github\\.com/mtingers/dflockd/cmd/dflockd@v1\\.\\d+\\.\\d+")) {
            return;
        } else if (command.startsWith("./dflockd ")) {
            checkFlags(command);
        } else if (command.startsWith("curl ")) {
            checkPaths(command);
        } else {
            throw new AssertionError("no test knows the command '" + command + "'");
        }
    }

    private static void checkMaven(String command) throws IOException {
        for (String modules : groups(MODULES, command)) {
            for (String module : modules.split(",")) {
                assertThat(Markdown.ROOT
                                .resolve(module.replaceAll("/pom\\.xml$", ""))
                                .resolve("pom.xml"))
                        .as(command)
                        .exists();
            }
        }
        for (String test : groups(TEST, command)) {
            assertThat(Markdown.find(test + ".java")).as(command).isNotEmpty();
        }
    }

    /** The embedded server has the flags of the real one, except for those of the newest. */
    private static void checkFlags(String command) {
        for (MatchResult flag : FLAG.matcher(command).results().toList()) {
            assertThat(Flag.usage() + " --fence-state-file ").as(command).contains(flag.group() + " ");
        }
    }

    private static void checkPaths(String command) throws IOException {
        for (String path : groups(URL, command)) {
            boolean served = path.equals("/actuator");
            for (Path source : Markdown.find("Controller.java")) {
                served |= Files.readString(source).contains("\"" + path);
            }
            assertThat(served).as("the sample serves " + path).isTrue();
        }
    }

    private static List<String> groups(Pattern pattern, String command) {
        return pattern.matcher(command).results().map(match -> match.group(1)).toList();
    }
}
