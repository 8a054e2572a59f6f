package io.dflockd.reliability.history;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The file of one process. Thread-safe. Each entry is in the file when {@link #write} returns, so a kill loses none. */
public final class History implements AutoCloseable {

    private static final String SUFFIX = ".history";

    private final String process;

    private final Writer file;

    /** Appends to a file. */
    public History(String process, Path file) throws IOException {
        this.process = process;
        this.file = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Writes an entry of this process. */
    public void write(long time, Entry.Kind kind, String resource, long number, String detail) {
        write(new Entry(time, kind, process, resource, number, detail));
    }

    /** Writes an entry of any process. */
    public synchronized void write(Entry entry) {
        try {
            file.write(entry.line() + "\n");
            file.flush();
        } catch (IOException ex) {
            throw new IllegalStateException("the history of " + process + " cannot be written", ex);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }

    /** The file of a process. */
    public static Path file(Path folder, String process) {
        return folder.resolve(process + SUFFIX);
    }

    /** All entries of a folder, in the order of their times. A last line that a kill has cut off is left out. */
    public static List<Entry> read(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        }
        List<Entry> entries = new ArrayList<>();
        for (Path file : files) {
            String text = Files.readString(file);
            int end = text.lastIndexOf('\n') + 1;
            text.substring(0, end).lines().map(Entry::of).forEach(entries::add);
        }
        entries.sort(Comparator.comparingLong(Entry::time));
        return entries;
    }
}
