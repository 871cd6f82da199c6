package io.chameleon.text;

import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.tag.ForTag;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;
import com.hubspot.jinjava.util.ForLoop;
import com.hubspot.jinjava.util.LengthLimitingStringBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The loop of Jinja2: iterates over what Python iterates over, with a condition, an else branch and
 * the neighbours {@code loop.previtem} and {@code loop.nextitem}.
 */
final class PythonForTag extends ForTag {

  private static final Pattern HEAD =
      Pattern.compile("\\s*([\\w\\s,]+?)\\s+in\\s+(.*)", Pattern.DOTALL);

  /** The value of {@code loop}. Public, as its properties are read by reflection. */
  public static final class Loop extends ForLoop {

    private final List<@Nullable Object> items;

    Loop(List<@Nullable Object> items) {
      super(items.iterator(), items.size());
      this.items = items;
    }

    /** The item before, or undefined. */
    public @Nullable Object getPrevitem() {
      return getIndex0() > 0 ? items.get(getIndex0() - 1) : null;
    }

    /** The item after, or undefined. */
    public @Nullable Object getNextitem() {
      return getIndex() < items.size() ? items.get(getIndex()) : null;
    }
  }

  @Override
  public String interpretUnchecked(TagNode node, JinjavaInterpreter interpreter) {
    Matcher head = HEAD.matcher(node.getHelpers());
    if (!head.matches()) {
      throw new UnsupportedTemplateException("for %s".formatted(node.getHelpers()));
    }
    String[] targets = head.group(1).split("\\s*,\\s*", -1);
    String iterable = head.group(2);
    int condition = iterable.indexOf(JinjavaSource.FOR_IF);
    Object collection =
        interpreter.resolveELExpression(
            condition < 0 ? iterable : iterable.substring(0, condition), node.getLineNumber());
    List<@Nullable Object> items = PythonValues.iterate(collection);
    if (condition >= 0) {
      items = filter(items, targets, iterable.substring(condition + 1), node, interpreter);
    }
    return items.isEmpty()
        ? renderElse(node, interpreter)
        : renderItems(items, targets, node, interpreter);
  }

  private static List<@Nullable Object> filter(
      List<@Nullable Object> items,
      String[] targets,
      String condition,
      TagNode node,
      JinjavaInterpreter interpreter) {
    List<@Nullable Object> kept = new ArrayList<>();
    try (var _ = interpreter.enterScope()) {
      for (Object item : items) {
        assign(targets, interpreter.wrap(item), interpreter.getContext());
        Object holds = interpreter.resolveELExpression(condition, node.getLineNumber());
        if (PythonValues.isTrue(holds)) {
          kept.add(item);
        }
      }
    }
    return kept;
  }

  private static String renderItems(
      List<@Nullable Object> items,
      String[] targets,
      TagNode node,
      JinjavaInterpreter interpreter) {
    LengthLimitingStringBuilder out =
        new LengthLimitingStringBuilder(interpreter.getConfig().getMaxOutputSize());
    Loop loop = new Loop(items);
    while (loop.hasNext()) {
      // a scope for each round: what one round sets, the next does not see
      try (var _ = interpreter.enterScope()) {
        interpreter.getContext().put(LOOP, loop);
        assign(targets, interpreter.wrap(loop.next()), interpreter.getContext());
        for (Node child : node.getChildren()) {
          if (isElse(child) || loop.isContinued()) {
            break;
          }
          out.append(child.render(interpreter));
        }
      }
    }
    return out.toString();
  }

  private static String renderElse(TagNode node, JinjavaInterpreter interpreter) {
    StringBuilder out = new StringBuilder();
    boolean inElse = false;
    for (Node child : node.getChildren()) {
      if (inElse) {
        out.append(child.render(interpreter));
      }
      inElse |= isElse(child);
    }
    return out.toString();
  }

  private static boolean isElse(Node node) {
    return node instanceof TagNode tag && tag.getName().equals("else");
  }

  private static void assign(String[] targets, @Nullable Object item, Context context) {
    if (targets.length == 1) {
      context.put(targets[0], item);
      return;
    }
    List<@Nullable Object> parts = PythonValues.iterate(item);
    if (parts.size() != targets.length) {
      throw new IllegalArgumentException(
          "%d values for %d loop variables".formatted(parts.size(), targets.length));
    }
    for (int i = 0; i < targets.length; i++) {
      context.put(targets[i], parts.get(i));
    }
  }
}
