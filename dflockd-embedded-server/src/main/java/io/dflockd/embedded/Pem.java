package io.dflockd.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One block of a PEM file.
 *
 * @param label what stands after BEGIN
 * @param der the content; meaningless if encrypted
 * @param encrypted whether headers say that a passphrase is needed
 */
record Pem(String label, byte[] der, boolean encrypted) {

    private static final Pattern BLOCK = Pattern.compile(
            "-----BEGIN ([A-Z0-9 ]+)-----\\s*((?:[A-Za-z0-9-]+:[^\\n]*\\n\\s*)*)([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    /** All blocks of a file, in order; text around them is skipped. */
    static List<Pem> read(Path file) throws IOException {
        List<Pem> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        while (matcher.find()) {
            boolean encrypted =
                    matcher.group(2).contains("ENCRYPTED") || matcher.group(1).startsWith("ENCRYPTED");
            blocks.add(new Pem(matcher.group(1), Base64.getMimeDecoder().decode(matcher.group(3)), encrypted));
        }
        return blocks;
    }
}
