package io.dflockd.benchmarks.plot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Figures by series and category, drawn as lines or as bars over evenly spaced categories. Not thread-safe. */
public final class Chart {

    private final String title;

    private final String xLabel;

    private final String yLabel;

    private final boolean logarithmic;

    private final List<String> categories = new ArrayList<>();

    private final Map<String, Map<String, Double>> series = new LinkedHashMap<>();

    /** An empty one, with a logarithmic or a linear vertical axis from zero. */
    public Chart(String title, String xLabel, String yLabel, boolean logarithmic) {
        this.title = title;
        this.xLabel = xLabel;
        this.yLabel = yLabel;
        this.logarithmic = logarithmic;
    }

    /** Adds a figure; figures of zero or none are left out. */
    public void add(String seriesName, String category, double value) {
        if (!categories.contains(category)) {
            categories.add(category);
        }
        if (value > 0) {
            series.computeIfAbsent(seriesName, unused -> new LinkedHashMap<>()).put(category, value);
        }
    }

    /** Draws lines into a PNG file. */
    public void writeLines(Path file) throws IOException {
        Axis axis = axis();
        Canvas canvas = canvas(axis);
        double step = categories.size() < 2 ? 0 : (Canvas.WIDTH - 60.0) / (categories.size() - 1);
        for (int i = 0; i < categories.size(); i++) {
            canvas.xTick(Canvas.LEFT + 30 + step * i, categories.get(i));
        }
        int number = 0;
        for (Map<String, Double> values : series.values()) {
            double lastX = 0;
            double lastY = 0;
            boolean first = true;
            for (int i = 0; i < categories.size(); i++) {
                Double value = values.get(categories.get(i));
                if (value != null) {
                    double x = Canvas.LEFT + 30 + step * i;
                    double y = axis.y(value);
                    if (!first) {
                        canvas.line(lastX, lastY, x, y, number);
                    }
                    canvas.point(x, y, number);
                    lastX = x;
                    lastY = y;
                    first = false;
                }
            }
            number++;
        }
        canvas.write(file);
    }

    /** Draws groups of bars into a PNG file. */
    public void writeBars(Path file) throws IOException {
        Axis axis = axis();
        Canvas canvas = canvas(axis);
        double group = (double) Canvas.WIDTH / categories.size();
        double width = group * 0.84 / series.size();
        for (int i = 0; i < categories.size(); i++) {
            canvas.xTick(Canvas.LEFT + group * (i + 0.5), categories.get(i));
            int number = 0;
            for (Map<String, Double> values : series.values()) {
                Double value = values.get(categories.get(i));
                if (value != null) {
                    double x = Canvas.LEFT + group * (i + 0.08) + width * number;
                    canvas.bar(x, axis.y(value), width * 0.92, number, Axis.label(value));
                }
                number++;
            }
        }
        canvas.write(file);
    }

    private Axis axis() {
        List<Double> all = new ArrayList<>();
        series.values().forEach(values -> all.addAll(values.values()));
        return Axis.over(all, logarithmic);
    }

    private Canvas canvas(Axis axis) {
        Canvas canvas = new Canvas(title, xLabel, yLabel, series.size());
        axis.ticks().forEach(tick -> canvas.yTick(axis.y(tick), Axis.label(tick)));
        int line = 0;
        for (String name : series.keySet()) {
            canvas.legend(line++, name);
        }
        return canvas;
    }
}
