package io.chameleon.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** A report as one file of HTML, its plots within it. */
final class HtmlPage {

  private static final String STYLE =
      """
      body { font-family: sans-serif; max-width: 72em; margin: 2em auto; padding: 0 1em }
      table { border-collapse: collapse; margin: 1em 0; font-size: 90% }
      th, td { border-bottom: 1px solid #ccc; padding: 0.2em 0.7em; text-align: left }
      img { max-width: 100% }
      """;

  private final StringBuilder text;

  /** A page without content. */
  HtmlPage(String title) {
    String name = escaped(title);
    this.text =
        new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n")
            .append("<meta charset=\"utf-8\">\n<title>%s</title>%n".formatted(name))
            .append("<style>%n%s</style>%n".formatted(STYLE))
            .append("</head>\n<body>\n<h1>%s</h1>%n".formatted(name));
  }

  HtmlPage heading(String heading) {
    text.append("<h2>%s</h2>%n".formatted(escaped(heading)));
    return this;
  }

  HtmlPage paragraph(String paragraph) {
    text.append("<p>%s</p>%n".formatted(escaped(paragraph)));
    return this;
  }

  HtmlPage table(TextTable table) {
    text.append(table.html());
    return this;
  }

  /** A plot, which is taken into the page. */
  HtmlPage plot(Path svg, String caption) throws IOException {
    String data = Base64.getEncoder().encodeToString(Files.readAllBytes(svg));
    text.append("<p><img alt=\"%s\" ".formatted(escaped(caption)))
        .append("src=\"data:image/svg+xml;base64,%s\"></p>%n".formatted(data));
    return this;
  }

  /** Writes the page; returns the file. */
  Path write(Path file) throws IOException {
    return Files.writeString(file, text + "</body>\n</html>\n");
  }

  static String escaped(String plain) {
    return plain
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
