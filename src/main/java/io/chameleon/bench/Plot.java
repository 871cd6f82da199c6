package io.chameleon.bench;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A plot of one or more series over the same axis, written as SVG. */
final class Plot {

  private static final int WIDTH = 800;

  private static final int HEIGHT = 420;

  private static final float GRID = 0.5f;

  /** More names than these do not fit into a line. */
  private static final int NAMES_IN_A_LINE = 5;

  /** Told apart by most people, on white (Okabe and Ito). */
  private static final List<Color> COLOURS =
      List.of(
          new Color(0x0072b2),
          new Color(0xd55e00),
          new Color(0x009e73),
          new Color(0xcc79a7),
          new Color(0xe69f00),
          new Color(0x56b4e9),
          Color.BLACK);

  private final XYChart chart;

  private int lines;

  private int names;

  /** A plot without series. */
  Plot(String title, String xTitle, String yTitle) {
    // Else the toolkit would look for a screen.
    System.setProperty("java.awt.headless", "true");
    this.chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(xTitle)
            .yAxisTitle(yTitle)
            .theme(ChartTheme.Matlab)
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
    chart.getStyler().setLegendLayout(LegendLayout.Horizontal);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    // Every dash would be a path of its own in the file.
    chart.getStyler().setPlotGridLinesStroke(new BasicStroke(GRID));
    chart.getStyler().setPlotGridLinesColor(Color.LIGHT_GRAY);
    chart.getStyler().setYAxisMin(0.0);
  }

  /** The x axis in powers of ten. */
  Plot logarithmicX() {
    chart.getStyler().setXAxisLogarithmic(true);
    return this;
  }

  /** The y axis in powers of ten. */
  Plot logarithmicY() {
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setYAxisMin((Double) null);
    return this;
  }

  /** Both axes in powers of ten. */
  Plot logarithmic() {
    return logarithmicY().logarithmicX();
  }

  /** Adds a line with a mark at each point. */
  Plot line(String name, double[] x, double[] y) {
    XYSeries series = chart.addSeries(name, x, y);
    series.setLineStyle(SeriesLines.SOLID);
    lines++;
    colour(series);
    return this;
  }

  /** Adds a dashed line without marks, in the colour of the line before it. */
  Plot dashed(String name, double[] x, double[] y) {
    XYSeries series = chart.addSeries(name, x, y);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineStyle(SeriesLines.DASH_DASH);
    colour(series);
    return this;
  }

  private void colour(XYSeries series) {
    names++;
    Color colour = COLOURS.get(Math.max(0, lines - 1) % COLOURS.size());
    series.setLineColor(colour);
    series.setMarkerColor(colour);
  }

  /** Adds the area under a line, over those that were added before. */
  Plot area(String name, Color colour, double[] x, double[] y) {
    XYSeries area = chart.addSeries("area: " + name, x, y);
    area.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Area);
    area.setFillColor(colour);
    area.setMarker(SeriesMarkers.NONE);
    // A line would be an element of the file for each point; without one the legend shows nothing.
    area.setLineStyle(SeriesLines.NONE);
    area.setShowInLegend(false);
    XYSeries key = chart.addSeries(name, new double[] {x[0]}, new double[] {y[0]});
    key.setMarker(SeriesMarkers.SQUARE);
    key.setMarkerColor(colour);
    key.setLineColor(colour);
    return this;
  }

  /**
   * Writes {@code NAME.svg}.
   *
   * @param folder made if it is missing
   * @return the file
   */
  Path write(Path folder, String name) throws IOException {
    if (names > NAMES_IN_A_LINE) {
      chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
      chart.getStyler().setLegendLayout(LegendLayout.Vertical);
    }
    Files.createDirectories(folder);
    Path file = folder.resolve(name + ".svg");
    try (OutputStream out = Files.newOutputStream(file)) {
      ChartEncoder.saveChart(chart, out, "svg");
    }
    return file;
  }
}
