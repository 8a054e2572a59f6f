package io.dflockd.spring.boot.docs;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** The documents of the project. */
final class Markdown {

    /** The folder of the project. */
    static final Path ROOT = Path.of("..");

    private static final String FENCE = "```";

    /**
     * A code block.
     *
     * @param file where it is, relative to the project
     * @param line the line of its fence
     * @param language what follows the fence; empty if nothing does
     * @param text its lines
     */
    record Block(Path file, int line, String language, String text) {

        @Override
        public String toString() {
            return file + ":" + line + " (" + language + ")";
        }
    }

    private Markdown() {}

    static List<Path> files() throws IOException {
        return find(".md");
    }

    /** Files of the project by the end of their names, without those that a build has made. */
    static List<Path> find(String suffix) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = folder.getFileName().toString();
                boolean skipped = name.equals("target") || name.startsWith(".") && !folder.equals(ROOT);
                return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.getFileName().toString().endsWith(suffix)) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        found.sort(null);
        return found;
    }

    static List<Block> blocks() throws IOException {
        List<Block> blocks = new ArrayList<>();
        for (Path file : files()) {
            blocks.addAll(blocks(ROOT.relativize(file), Files.readAllLines(file)));
        }
        return blocks;
    }

    private static List<Block> blocks(Path file, List<String> lines) {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String fence = lines.get(i).strip();
            if (fence.startsWith(FENCE)) {
                int start = i + 1;
                do {
                    i++;
                } while (!lines.get(i).strip().equals(FENCE));
                blocks.add(new Block(
                        file, start, fence.substring(FENCE.length()), String.join("\n", lines.subList(start, i))));
            }
        }
        return blocks;
    }

    /** Code blocks by indentation, which have no language. */
    static List<String> indentedBlocks() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : files()) {
            boolean fenced = false;
            String previous = "";
            int number = 0;
            for (String line : Files.readAllLines(file)) {
                number++;
                if (line.strip().startsWith(FENCE)) {
                    fenced = !fenced;
                }
                if (!fenced && previous.isBlank() && line.startsWith("    ") && !line.isBlank()) {
                    found.add(ROOT.relativize(file) + ":" + number + ": " + line.strip());
                }
                previous = line;
            }
        }
        return found;
    }
}
