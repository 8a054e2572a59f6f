package io.dflockd.embedded;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads unencrypted private keys from PEM files: PKCS#8, PKCS#1 ({@code RSA PRIVATE KEY}) and SEC1
 * ({@code EC PRIVATE KEY}). The JDK knows the first only; the others become it by a wrapping of a few bytes.
 */
final class PrivateKeys {

    private static final String LABEL = "PRIVATE KEY";
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

    private static final byte[] VERSION_0 = HexFormat.of().parseHex("020100");
    /** The identifier of RSA, with its empty parameters. */
    private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
    /** The object identifier of EC keys; the curve follows it. */
    private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");

    private static final int INTEGER = 0x02;
    private static final int OCTET_STRING = 0x04;
    private static final int SEQUENCE = 0x30;
    private static final int CURVE = 0xa0;

    private PrivateKeys() {}

    /** The first private key of a file. */
    static PrivateKey read(Path file) throws IOException, GeneralSecurityException {
        for (Pem pem : Pem.read(file)) {
            if (!pem.label().endsWith(LABEL)) {
                continue;
            }
            if (pem.encrypted()) {
                throw new GeneralSecurityException("the key is encrypted; decrypt it, for example with openssl pkey");
            }
            return decode(
                    switch (pem.label()) {
                        case LABEL -> pem.der();
                        case "RSA PRIVATE KEY" -> wrap(RSA, pem.der());
                        case "EC PRIVATE KEY" -> wrap(element(SEQUENCE, EC, curve(pem.der())), pem.der());
                        default -> throw new GeneralSecurityException("cannot read a " + pem.label());
                    });
        }
        throw new GeneralSecurityException("no PEM block with a private key in " + file);
    }

    private static PrivateKey decode(byte[] pkcs8) throws GeneralSecurityException {
        GeneralSecurityException last = null;
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (GeneralSecurityException e) {
                last = e;
            }
        }
        throw new GeneralSecurityException("a private key of none of the kinds " + ALGORITHMS, last);
    }

    private static byte[] wrap(byte[] algorithm, byte[] key) {
        return element(SEQUENCE, VERSION_0, algorithm, element(OCTET_STRING, key));
    }

    /** The curve of a SEC1 key: version and key bytes come before it. */
    private static byte[] curve(byte[] sec1) throws GeneralSecurityException {
        Der key = new Der(sec1, 0, sec1.length).enter(SEQUENCE);
        key.skip(INTEGER);
        key.skip(OCTET_STRING);
        byte[] curve = key.contentOf(CURVE);
        if (curve == null) {
            throw new GeneralSecurityException("an EC key that does not name its curve");
        }
        return curve;
    }

    private static byte[] element(int tag, byte[]... contents) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : contents) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        int length = content.size();
        if (length >= 0x80) {
            element.write(length < 0x100 ? 0x81 : 0x82);
        }
        if (length >= 0x100) {
            element.write(length >> 8);
        }
        element.write(length);
        element.writeBytes(content.toByteArray());
        return element.toByteArray();
    }

    /** A place in DER bytes. */
    private static final class Der {

        private final byte[] bytes;
        private int at;
        private final int end;

        Der(byte[] bytes, int at, int end) {
            this.bytes = bytes;
            this.at = at;
            this.end = end;
        }

        Der enter(int tag) throws GeneralSecurityException {
            int length = header(tag);
            return new Der(bytes, at, at + length);
        }

        void skip(int tag) throws GeneralSecurityException {
            int length = header(tag);
            at += length;
        }

        byte @Nullable [] contentOf(int tag) throws GeneralSecurityException {
            if (at >= end || (bytes[at] & 0xff) != tag) {
                return null;
            }
            int length = header(tag);
            return Arrays.copyOfRange(bytes, at, at + length);
        }

        /** Steps over tag and length; returns the length of the content. */
        private int header(int tag) throws GeneralSecurityException {
            if (at + 2 > end || (bytes[at] & 0xff) != tag) {
                throw new GeneralSecurityException("not a private key");
            }
            at++;
            int length = bytes[at++] & 0xff;
            if (length > 0x80) {
                int size = length & 0x7f;
                length = 0;
                for (int i = 0; i < size && at < end; i++) {
                    length = length << 8 | bytes[at++] & 0xff;
                }
            }
            if (length < 0 || length > end - at) {
                throw new GeneralSecurityException("a private key that is cut off");
            }
            return length;
        }
    }
}
