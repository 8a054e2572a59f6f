package io.dflockd.benchmarks.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** A white picture with a title, two axes and a legend; charts draw into its frame. */
final class Canvas {

    static final int LEFT = 110;

    static final int TOP = 70;

    static final int WIDTH = 720;

    static final int HEIGHT = 400;

    private static final Color[] COLORS = {
        new Color(0x1F77B4),
        new Color(0xFF7F0E),
        new Color(0x2CA02C),
        new Color(0xD62728),
        new Color(0x9467BD),
        new Color(0x8C564B),
        new Color(0x17BECF)
    };

    private static final int RIGHT = 30;

    private final BufferedImage image;

    private final Graphics2D graphics;

    private final int legendTop;

    Canvas(String title, String xLabel, String yLabel, int legendLines) {
        legendTop = TOP + HEIGHT + 70;
        image = new BufferedImage(LEFT + WIDTH + RIGHT, legendTop + 24 * legendLines + 16, BufferedImage.TYPE_INT_RGB);
        graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        text(title, LEFT, 36, 18, Font.BOLD);
        text(yLabel, LEFT - 90, 60, 13, Font.PLAIN);
        centered(xLabel, LEFT + WIDTH / 2.0, TOP + HEIGHT + 50, 13);
        graphics.setColor(Color.DARK_GRAY);
        graphics.draw(new Rectangle2D.Double(LEFT, TOP, WIDTH, HEIGHT));
    }

    static Color color(int series) {
        return COLORS[series % COLORS.length];
    }

    void yTick(double y, String label) {
        graphics.setColor(new Color(0xDDDDDD));
        graphics.draw(new Line2D.Double(LEFT + 1, y, LEFT + WIDTH - 1, y));
        FontMetrics metrics = font(13, Font.PLAIN);
        graphics.setColor(Color.BLACK);
        graphics.drawString(label, LEFT - 8 - metrics.stringWidth(label), (float) y + 5);
    }

    void xTick(double x, String label) {
        graphics.setColor(Color.DARK_GRAY);
        graphics.draw(new Line2D.Double(x, TOP + HEIGHT, x, TOP + HEIGHT + 5));
        centered(label, x, TOP + HEIGHT + 22, 13);
    }

    void line(double x1, double y1, double x2, double y2, int series) {
        graphics.setColor(color(series));
        graphics.setStroke(new BasicStroke(2.4f));
        graphics.draw(new Line2D.Double(x1, y1, x2, y2));
        graphics.setStroke(new BasicStroke(1));
    }

    void point(double x, double y, int series) {
        graphics.setColor(color(series));
        graphics.fill(new Rectangle2D.Double(x - 4, y - 4, 8, 8));
    }

    void bar(double x, double y, double width, int series, String label) {
        graphics.setColor(color(series));
        graphics.fill(new Rectangle2D.Double(x, y, width, TOP + HEIGHT - y));
        centered(label, x + width / 2, y - 5, 11);
    }

    void legend(int line, String name) {
        int y = legendTop + 24 * line;
        graphics.setColor(color(line));
        graphics.fill(new Rectangle2D.Double(LEFT, y, 22, 10));
        text(name, LEFT + 32, y + 11, 13, Font.PLAIN);
    }

    private void centered(String label, double x, double y, int size) {
        FontMetrics metrics = font(size, Font.PLAIN);
        graphics.setColor(Color.BLACK);
        graphics.drawString(label, (float) (x - metrics.stringWidth(label) / 2.0), (float) y);
    }

    private void text(String label, double x, double y, int size, int style) {
        font(size, style);
        graphics.setColor(Color.BLACK);
        graphics.drawString(label, (float) x, (float) y);
    }

    private FontMetrics font(int size, int style) {
        graphics.setFont(new Font(Font.SANS_SERIF, style, size));
        return graphics.getFontMetrics();
    }

    void write(Path file) throws IOException {
        graphics.dispose();
        if (file.getParent() != null) {
            Files.createDirectories(file.getParent());
        }
        ImageIO.write(image, "png", file.toFile());
    }
}
