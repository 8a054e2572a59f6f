package io.dflockd.benchmarks.plot;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** The vertical axis: from zero in even steps, or in powers of ten. */
record Axis(double low, double high, double step, boolean logarithmic) {

    static Axis over(List<Double> values, boolean logarithmic) {
        double most = values.isEmpty() ? 1 : Collections.max(values);
        if (logarithmic) {
            double least = Collections.min(values);
            return new Axis(Math.floor(Math.log10(least)), Math.ceil(Math.log10(most * 1.2)), 1, true);
        }
        double rough = most * 1.08 / 5;
        double magnitude = Math.pow(10, Math.floor(Math.log10(rough)));
        double step = magnitude * 10;
        for (double factor : new double[] {1, 2, 2.5, 5}) {
            if (magnitude * factor >= rough) {
                step = magnitude * factor;
                break;
            }
        }
        return new Axis(0, step * Math.ceil(most * 1.05 / step), step, false);
    }

    double y(double value) {
        double at = logarithmic ? Math.log10(value) : value;
        return Canvas.TOP + Canvas.HEIGHT * (1 - (at - low) / (high - low));
    }

    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        for (double at = low; at <= high + step / 100; at += step) {
            ticks.add(logarithmic ? Math.pow(10, at) : at);
        }
        return ticks;
    }

    static String label(double value) {
        if (value >= 1e6) {
            return trimmed(value / 1e6) + "M";
        }
        return value >= 1e4 ? trimmed(value / 1e3) + "k" : trimmed(value);
    }

    private static String trimmed(double value) {
        if (value >= 100 || value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%.0f", value);
        }
        return String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value);
    }
}
