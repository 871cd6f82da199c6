package io.chameleon.text;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.el.ExtendedSyntaxBuilder;
import com.hubspot.jinjava.el.TruthyTypeConverter;
import com.hubspot.jinjava.el.ext.ExtendedParser;
import java.util.Properties;
import jinjava.de.odysseus.el.ExpressionFactoryImpl;
import jinjava.de.odysseus.el.tree.TreeBuilder;
import jinjava.de.odysseus.el.tree.impl.Builder;
import jinjava.de.odysseus.el.tree.impl.Parser;
import jinjava.de.odysseus.el.tree.impl.ast.AstBinary;
import jinjava.de.odysseus.el.tree.impl.ast.AstNode;
import jinjava.javax.el.ExpressionFactory;
import org.jspecify.annotations.Nullable;

/**
 * Jinjava with Python's truth values, equality and {@code and}. The expression language beneath
 * takes the string {@code false} for false, an empty string for equal to it, and a number for equal
 * to its spelling: with a user's message as the string, a template would go astray.
 */
final class PythonJinjava extends Jinjava {

  private final ExpressionFactory expressions = new PythonExpressionFactory();

  PythonJinjava(JinjavaConfig config) {
    super(config);
  }

  @Override
  public ExpressionFactory getExpressionFactory() {
    return expressions;
  }

  /** Makes expressions that are parsed and judged as Python does. */
  private static final class PythonExpressionFactory extends ExpressionFactoryImpl {

    PythonExpressionFactory() {
      super(new Properties(), new PythonTypes());
    }

    @Override
    protected TreeBuilder createTreeBuilder(Properties properties, Builder.Feature... features) {
      return new PythonSyntax(features);
    }
  }

  /** What counts as true in Python. */
  private static final class PythonTypes extends TruthyTypeConverter {

    @Override
    protected Boolean coerceToBoolean(@Nullable Object value) {
      return PythonValues.isTrue(value);
    }
  }

  /** Builds trees with {@link PythonParser}. */
  private static final class PythonSyntax extends ExtendedSyntaxBuilder {

    PythonSyntax(Feature... features) {
      super(features);
    }

    @Override
    protected Parser createParser(String expression) {
      return new PythonParser(this, expression);
    }
  }

  /** Reads expressions with the operators of Python. */
  private static final class PythonParser extends ExtendedParser {

    PythonParser(Builder context, String expression) {
      super(context, expression);
    }

    @Override
    protected AstBinary createAstBinary(AstNode left, AstNode right, AstBinary.Operator operator) {
      return super.createAstBinary(left, right, python(operator));
    }

    private static AstBinary.Operator python(AstBinary.Operator operator) {
      if (operator.equals(AstBinary.EQ)) {
        return (bindings, context, left, right) ->
            PythonValues.isEqual(left.eval(bindings, context), right.eval(bindings, context));
      }
      if (operator.equals(AstBinary.NE)) {
        return (bindings, context, left, right) ->
            !PythonValues.isEqual(left.eval(bindings, context), right.eval(bindings, context));
      }
      if (operator.equals(AstBinary.AND)) {
        return (bindings, context, left, right) -> {
          Object first = left.eval(bindings, context);
          return PythonValues.isTrue(first) ? right.eval(bindings, context) : first;
        };
      }
      return operator;
    }
  }
}
