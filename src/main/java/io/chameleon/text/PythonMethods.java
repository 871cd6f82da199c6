package io.chameleon.text;

import io.chameleon.text.PythonValues.None;
import java.beans.FeatureDescriptor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELResolver;
import jinjava.javax.el.MethodNotFoundException;
import org.jspecify.annotations.Nullable;

/**
 * Python's methods of strings, dicts and lists for template expressions. On these types it answers
 * every call, so that no Java method of theirs can be reached from a template.
 */
final class PythonMethods extends ELResolver {

  /** A list in reverse order: what {@code [::-1]} is rewritten to. */
  static final String REVERSED = "reversed_copy";

  @Override
  public @Nullable Object getValue(ELContext context, @Nullable Object base, Object property) {
    if (!(base instanceof String text)) {
      return null;
    }
    context.setPropertyResolved(true);
    try {
      int index = Integer.parseInt(property.toString());
      int length = text.codePointCount(0, text.length());
      int at = index < 0 ? index + length : index;
      return at < 0 || at >= length
          ? null
          : Character.toString(text.codePointAt(text.offsetByCodePoints(0, at)));
    } catch (NumberFormatException e) {
      return null; // a string has no such attribute: undefined
    }
  }

  @Override
  public @Nullable Object invoke(
      ELContext context,
      @Nullable Object base,
      Object method,
      Class<?> @Nullable [] types,
      Object @Nullable [] params) {
    Object[] arguments = params == null ? new Object[0] : params;
    Object result;
    if (base instanceof String text) {
      result = ofString(text, method.toString(), arguments);
    } else if (base instanceof Map<?, ?> map) {
      result = ofDict(map, method.toString(), arguments);
    } else if (base instanceof List<?> list) {
      result = ofList(list, method.toString(), arguments);
    } else {
      return null;
    }
    context.setPropertyResolved(true);
    return result;
  }

  private static Object ofString(String text, String method, Object[] arguments) {
    return switch (method) {
      case "strip", "lstrip", "rstrip" -> strip(text, method, arguments);
      case "split", "rsplit" -> split(text, method, arguments);
      case "splitlines" -> new ArrayList<Object>(text.lines().toList());
      case "startswith" -> affixes(arguments).stream().anyMatch(text::startsWith);
      case "endswith" -> affixes(arguments).stream().anyMatch(text::endsWith);
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "lower" -> text.toLowerCase(Locale.ROOT);
      case "title" -> PythonStrings.title(text);
      case "capitalize" -> PythonStrings.capitalize(text);
      case "replace" ->
          PythonStrings.replace(
              text, string(arguments, 0), string(arguments, 1), number(arguments, 2, -1));
      case "join" ->
          PythonValues.iterate(argument(arguments, 0)).stream()
              .map(PythonValues::str)
              .collect(Collectors.joining(text));
      case "find" -> (long) codePoints(text, text.indexOf(string(arguments, 0)));
      case "rfind" -> (long) codePoints(text, text.lastIndexOf(string(arguments, 0)));
      case "count" -> PythonStrings.count(text, string(arguments, 0));
      case "removeprefix" -> removePrefix(text, string(arguments, 0));
      case "removesuffix" -> removeSuffix(text, string(arguments, 0));
      case "isdigit" -> !text.isEmpty() && text.codePoints().allMatch(Character::isDigit);
      case "isspace" -> !text.isEmpty() && PythonStrings.isBlank(text, 0);
      default -> throw unknown("str", method);
    };
  }

  private static @Nullable Object ofDict(Map<?, ?> map, String method, Object[] arguments) {
    return switch (method) {
      case "items" -> PythonValues.items(map);
      case "keys" -> new ArrayList<Object>(map.keySet());
      case "values" -> new ArrayList<Object>(map.values());
      case "get" -> {
        Object fallback = arguments.length > 1 ? arguments[1] : None.NONE;
        Object key = string(arguments, 0);
        yield map.containsKey(key) ? map.get(key) : fallback;
      }
      default -> throw unknown("dict", method);
    };
  }

  private static Object ofList(List<?> list, String method, Object[] arguments) {
    return switch (method) {
      case REVERSED -> new ArrayList<Object>(list.reversed());
      case "count" -> list.stream().filter(item -> item.equals(argument(arguments, 0))).count();
      case "index" -> (long) list.indexOf(argument(arguments, 0));
      default -> throw unknown("list", method);
    };
  }

  private static String strip(String text, String method, Object[] arguments) {
    boolean blanks = arguments.length == 0 || arguments[0] == None.NONE;
    String kept = text;
    if (!method.equals("rstrip")) {
      kept = blanks ? PythonStrings.lstrip(kept) : PythonStrings.lstrip(kept, string(arguments, 0));
    }
    if (!method.equals("lstrip")) {
      kept = blanks ? PythonStrings.rstrip(kept) : PythonStrings.rstrip(kept, string(arguments, 0));
    }
    return kept;
  }

  private static List<Object> split(String text, String method, Object[] arguments) {
    if (arguments.length == 0 || arguments[0] == None.NONE) {
      return PythonStrings.split(text);
    }
    int most = number(arguments, 1, -1);
    return method.equals("split")
        ? PythonStrings.split(text, string(arguments, 0), most)
        : PythonStrings.rsplit(text, string(arguments, 0), most);
  }

  private static List<String> affixes(Object[] arguments) {
    Object affix = argument(arguments, 0);
    return affix instanceof List<?> several
        ? several.stream().map(PythonValues::str).toList()
        : List.of(string(arguments, 0));
  }

  private static String removePrefix(String text, String prefix) {
    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
  }

  private static String removeSuffix(String text, String suffix) {
    return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
  }

  private static int codePoints(String text, int index) {
    return index < 0 ? -1 : text.codePointCount(0, index);
  }

  private static Object argument(Object[] arguments, int index) {
    if (index >= arguments.length) {
      throw new IllegalStateException("%d arguments are too few".formatted(arguments.length));
    }
    return arguments[index];
  }

  private static String string(Object[] arguments, int index) {
    if (argument(arguments, index) instanceof String text) {
      return text;
    }
    throw new IllegalStateException(
        "%s is not a string".formatted(PythonValues.repr(arguments[index])));
  }

  private static int number(Object[] arguments, int index, int fallback) {
    return index < arguments.length && arguments[index] instanceof Number number
        ? number.intValue()
        : fallback;
  }

  private static MethodNotFoundException unknown(String type, String method) {
    return new MethodNotFoundException("%s has no method %s".formatted(type, method));
  }

  @Override
  public @Nullable Class<?> getType(ELContext context, @Nullable Object base, Object property) {
    return null;
  }

  @Override
  public void setValue(
      ELContext context, @Nullable Object base, Object property, @Nullable Object value) {}

  @Override
  public boolean isReadOnly(ELContext context, @Nullable Object base, Object property) {
    return true;
  }

  @Override
  public @Nullable Iterator<FeatureDescriptor> getFeatureDescriptors(
      ELContext context, @Nullable Object base) {
    return null;
  }

  @Override
  public Class<?> getCommonPropertyType(ELContext context, @Nullable Object base) {
    return Object.class;
  }
}
