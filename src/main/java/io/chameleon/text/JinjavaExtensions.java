package io.chameleon.text;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import com.hubspot.jinjava.objects.date.StrftimeFormatter;
import io.chameleon.text.PythonValues.None;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The filters, tests and functions of chat templates that Jinjava lacks or has otherwise. */
final class JinjavaExtensions {

  /** Name under which a rendering finds its clock. */
  static final String CLOCK = "clock of the rendering";

  private JinjavaExtensions() {}

  /** The filters and tests there are, once all are registered. */
  static TemplateNames names(Jinjava jinjava) {
    return new TemplateNames(
        name -> jinjava.getGlobalContext().getFilter(name) != null,
        name -> jinjava.getGlobalContext().getExpTest(name) != null);
  }

  static void register(Jinjava jinjava) {
    jinjava.registerTag(new PythonForTag());
    jinjava.registerTag(new PythonIfTag());
    registerFilters(jinjava);
    registerTests(jinjava);
    registerFunction(jinjava, "raise_exception", "raise", Object.class);
    registerFunction(jinjava, "strftime_now", "strftimeNow", String.class);
    registerFunction(jinjava, JinjavaSource.PRINT, "print", Object.class);
  }

  private static void registerFilters(Jinjava jinjava) {
    jinjava.registerFilter(new ToJson());
    registerFilter(jinjava, "items", PythonValues::items);
    registerFilter(jinjava, "trim", value -> PythonStrings.strip(PythonValues.str(value)));
    registerFilter(jinjava, "length", PythonValues::length);
    registerFilter(jinjava, "count", PythonValues::length);
    registerFilter(jinjava, "list", value -> new ArrayList<>(PythonValues.iterate(value)));
    registerFilter(jinjava, "string", PythonValues::str);
    registerFilter(jinjava, "safe", PythonValues::str);
    registerFilter(jinjava, "upper", value -> PythonValues.str(value).toUpperCase(Locale.ROOT));
    registerFilter(jinjava, "lower", value -> PythonValues.str(value).toLowerCase(Locale.ROOT));
    registerFilter(
        jinjava, "capitalize", value -> PythonStrings.capitalize(PythonValues.str(value)));
    registerFilter(jinjava, "title", value -> PythonStrings.title(PythonValues.str(value)));
  }

  private static void registerTests(Jinjava jinjava) {
    registerTest(jinjava, "none", value -> value == None.NONE);
    registerTest(jinjava, "string", value -> value instanceof CharSequence);
    registerTest(jinjava, "mapping", value -> value instanceof Map);
    registerTest(jinjava, "iterable", JinjavaExtensions::isIterable);
    registerTest(jinjava, "sequence", JinjavaExtensions::isIterable);
  }

  private static boolean isIterable(@Nullable Object value) {
    return value instanceof CharSequence || value instanceof Map || value instanceof Collection;
  }

  private static void registerFilter(
      Jinjava jinjava, String name, Function<@Nullable Object, @Nullable Object> body) {
    jinjava.registerFilter(new ValueFilter(name, body));
  }

  private static void registerTest(Jinjava jinjava, String name, Predicate<@Nullable Object> body) {
    jinjava.registerExpTest(new ValueTest(name, body));
  }

  private static void registerFunction(
      Jinjava jinjava, String name, String method, Class<?> parameter) {
    jinjava.registerFunction(
        new ELFunctionDefinition("", name, JinjavaExtensions.class, method, parameter));
  }

  /** Ends the rendering: the template refuses the conversation. Called by templates. */
  @SuppressWarnings("DoNotCallSuggester")
  static Object raise(@Nullable Object message) {
    throw new ConversationRefusedException(PythonValues.str(message));
  }

  /** The time now, formatted as C's strftime does, in English. */
  static String strftimeNow(String format) {
    Object clock = JinjavaInterpreter.getCurrent().getContext().get(CLOCK);
    return StrftimeFormatter.format(ZonedDateTime.now((Clock) clock), format, Locale.ENGLISH);
  }

  static String print(@Nullable Object value) {
    return PythonValues.str(value);
  }

  /** A filter without arguments. */
  private record ValueFilter(String name, Function<@Nullable Object, @Nullable Object> body)
      implements Filter {

    @Override
    public String getName() {
      return name;
    }

    @Override
    public @Nullable Object filter(
        @Nullable Object value, JinjavaInterpreter interpreter, String... arguments) {
      if (arguments.length > 0) {
        throw new UnsupportedTemplateException("the filter %s with arguments".formatted(name));
      }
      return body.apply(value);
    }
  }

  /** A test without arguments. */
  private record ValueTest(String name, Predicate<@Nullable Object> body) implements ExpTest {

    @Override
    public String getName() {
      return name;
    }

    @Override
    public boolean evaluate(
        @Nullable Object value, JinjavaInterpreter interpreter, Object... arguments) {
      return body.test(value);
    }
  }

  /** {@code tojson}, with the arguments that transformers gives it. */
  private static final class ToJson implements Filter {

    @Override
    public String getName() {
      return "tojson";
    }

    @Override
    public Object filter(
        @Nullable Object value,
        JinjavaInterpreter interpreter,
        Object[] arguments,
        Map<String, Object> named) {
      Object indent = named.get("indent");
      boolean plain = named.keySet().stream().allMatch(key -> key.matches("indent|ensure_ascii"));
      if (arguments.length > 0 || !plain || Boolean.TRUE.equals(named.get("ensure_ascii"))) {
        throw new UnsupportedTemplateException("tojson with %s".formatted(named));
      }
      return PythonJson.write(value, indent instanceof Number blanks ? blanks.intValue() : -1);
    }

    @Override
    public Object filter(
        @Nullable Object value, JinjavaInterpreter interpreter, String... arguments) {
      return filter(value, interpreter, (Object[]) arguments, Map.of());
    }
  }
}
