package io.chameleon.text;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.tag.IfTag;
import com.hubspot.jinjava.tree.TagNode;

/** The condition of Jinja2, with Python's truth values. */
final class PythonIfTag extends IfTag {

  @Override
  public boolean isPositiveIfElseNode(TagNode node, JinjavaInterpreter interpreter) {
    return PythonValues.isTrue(
        interpreter.resolveELExpression(
            node.getHelpers(), node.getLineNumber(), node.getStartPosition()));
  }
}
